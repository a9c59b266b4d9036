package io.outcometracker.cohort.verify;

import static java.util.Objects.requireNonNull;

import io.outcometracker.cohort.verify.Comparison.MessageId;
import io.outcometracker.cohort.verify.Comparison.Result;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the log from its start, recomputes what is published, and compares. The stream may be a moment behind and more
 * may arrive: what differs is looked at again, until it agrees or nothing more arrived for as long as patience lasts.
 */
public final class Verification {
    /** How many times the patience a trial may go on changing before nothing can be said of it. */
    private static final int MOST_WAITING = 20;

    private final Log log = new Log();
    private final Duration patience;
    private final Clock clock;
    private final Map<String, Map<MessageId, Result>> results = new TreeMap<>();
    /** By trial, what differed when last looked at; what once agreed is settled. */
    private final Map<String, Unsettled> unsettled = new TreeMap<>();

    /** @param since when something last arrived of the trial, on the clock of {@link System#nanoTime} */
    private record Unsettled(Set<MessageId> messages, LocalDate comparedOn, long since) {}

    /**
     * @param figures how many published numbers and words were compared
     * @param messages in how many messages they stand
     * @param records from how many messages of the log they were recomputed
     * @param differences empty if all is well
     */
    public record Report(long figures, long messages, long records, List<Difference> differences) {
        public Report {
            differences = List.copyOf(differences);
        }

        @Override
        public String toString() {
            return "%d figures of %d messages recomputed from %d records, %d differences"
                    .formatted(figures, messages, records, differences.size());
        }
    }

    private Verification(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * @param kafkaSettings of a consumer that may read all topics; at least {@code bootstrap.servers}
     * @param patience for how long a difference must last, with nothing new in its trial, to be one
     * @param out gets a line for each difference, and one for the report
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
     * @throws IllegalStateException if a topic is missing, or a trial does not come to rest
     */
    public static Report run(Map<String, Object> kafkaSettings, Duration patience, PrintStream out) {
        Report report = new Verification(patience, Clock.systemUTC()).run(kafkaSettings);
        report.differences().forEach(out::println);
        out.println(report);
        return report;
    }

    private Report run(Map<String, Object> kafkaSettings) {
        try (LogReader reader = new LogReader(kafkaSettings)) {
            reader.readOn(log);
            for (String trial : log.trials()) {
                Map<MessageId, Result> all = Comparison.of(log, trial, clock.instant());
                results.put(trial, all);
                settle(trial, all.keySet());
            }
            long limit = System.nanoTime() + MOST_WAITING * patience.toNanos();
            while (!unsettled.isEmpty()) {
                if (System.nanoTime() > limit) {
                    throw new IllegalStateException("these trials do not come to rest: " + unsettled.keySet());
                }
                lookAgain(reader.readOn(log));
            }
        }
        return report();
    }

    private void lookAgain(Set<String> news) {
        for (Map.Entry<String, Unsettled> it : Map.copyOf(unsettled).entrySet()) {
            String trial = it.getKey();
            Unsettled before = it.getValue();
            if (news.contains(trial) || !before.comparedOn.equals(today())) {
                Map<MessageId, Result> again = Comparison.of(log, trial, clock.instant());
                before.messages.forEach(message -> requireNonNull(results.get(trial))
                        .put(message, again.getOrDefault(message, new Result(0, List.of()))));
                settle(trial, before.messages);
            } else if (System.nanoTime() - before.since > patience.toNanos()) {
                unsettled.remove(trial);
            }
        }
    }

    private void settle(String trial, Set<MessageId> messages) {
        Map<MessageId, Result> compared = requireNonNull(results.get(trial));
        Set<MessageId> differing = messages.stream()
                .filter(it -> !requireNonNull(compared.get(it)).differences().isEmpty())
                .collect(Collectors.toSet());
        if (differing.isEmpty()) {
            unsettled.remove(trial);
        } else {
            unsettled.put(trial, new Unsettled(differing, today(), System.nanoTime()));
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Report report() {
        List<Result> all =
                results.values().stream().flatMap(it -> it.values().stream()).toList();
        return new Report(
                all.stream().mapToLong(Result::figures).sum(),
                all.size(),
                log.records(),
                all.stream().flatMap(it -> it.differences().stream()).toList());
    }
}

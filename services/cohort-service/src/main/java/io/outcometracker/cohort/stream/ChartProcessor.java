package io.outcometracker.cohort.stream;

import static java.util.Objects.requireNonNullElse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.outcometracker.cohort.chart.ParticipantChart;
import io.outcometracker.cohort.chart.ParticipantChart.Decision;
import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.chart.Reported;
import io.outcometracker.cohort.stream.TrialPlans.Plan;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.MessageTrace;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Applies each event to its participant's chart and forwards what follows from the difference.
 *
 * <p>The task of the first partition also announces the endpoints that each trial plans: a tally learns that it exists by
 * a change of nothing, and need not wait for a record. It does so after each start and whenever a plan changed.
 */
final class ChartProcessor implements Processor<String, ParticipantEvent, String, ChartStep> {
    static final String CHARTS = "participant-charts";
    /** By input topic, the offset of the next event in the task's partition; a task that moves goes on from it. */
    static final String POSITIONS = "read-positions";

    /** Where the events come from that change what is counted at an endpoint. */
    private static final List<String> ENDPOINT_TOPICS =
            List.of(Topics.ENROLMENTS.name(), Topics.FOLLOW_UPS.name(), Topics.ERASURES.name());

    private static final int ANNOUNCING_PARTITION = 0;

    private final Duration announceInterval;
    private final StreamMeters meters;
    private final StreamTraces traces;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, ChartStep> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, ParticipantChart> charts;

    /**
     * What the store has of the participants who were reported of last: a visit's records mostly come together, and to
     * read a chart takes longer than to apply a record to it.
     */
    private final Cache<String, ParticipantChart> recent =
            Caffeine.newBuilder().maximumSize(1000).executor(Runnable::run).build();

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Long> positions;

    /** What the store has, once it was read: every change of a tally says it. */
    private final Map<String, Long> upTo = new TreeMap<>();

    @SuppressWarnings("NullAway.Init")
    private TrialPlans plans;

    /** @param announceInterval how often the plans are looked at */
    ChartProcessor(Duration announceInterval, StreamMeters meters, StreamTraces traces) {
        this.announceInterval = announceInterval;
        this.meters = meters;
        this.traces = traces;
    }

    @Override
    public void init(ProcessorContext<String, ChartStep> processorContext) {
        context = processorContext;
        charts = processorContext.getStateStore(CHARTS);
        // A task that starts over does so from the store of its last transaction.
        recent.invalidateAll();
        positions = processorContext.getStateStore(POSITIONS);
        upTo.clear();
        plans = new TrialPlans(
                processorContext.getStateStore(TrialPlans.PROTOCOLS),
                processorContext.getStateStore(TrialPlans.UNBLINDINGS));
        if (processorContext.taskId().partition() == ANNOUNCING_PARTITION) {
            processorContext.schedule(announceInterval, PunctuationType.WALL_CLOCK_TIME, this::announcePlanned);
        }
    }

    private void announcePlanned(long now) {
        for (String trial : plans.refresh()) {
            Plan plan = plans.of(trial);
            if (plan == null) {
                continue;
            }
            TallyChange nothing = new TallyChange(ANNOUNCING_PARTITION, upTo(), false, List.of());
            Map<String, TallyChange> changes = new LinkedHashMap<>();
            plan.protocol().planned().forEach(it -> changes.put(TallyKey.endpoint(it), nothing));
            context.forward(new Record<>(trial, new ChartStep(List.of(), changes), now));
        }
    }

    @Override
    public void process(Record<String, ParticipantEvent> event) {
        traces.inTraceOf(event.headers(), "apply", event.value().participant().trial(), () -> apply(event));
    }

    private void apply(Record<String, ParticipantEvent> event) {
        // What goes on is described anew; the rest would be written and read with each change of a tally.
        MessageTrace.keepOnly(event.headers());
        RecordMetadata position = context.recordMetadata().orElseThrow();
        if (ENDPOINT_TOPICS.contains(position.topic())) {
            positions.put(position.topic(), position.offset() + 1);
            upTo.put(position.topic(), position.offset() + 1);
        }
        ParticipantKey key = event.value().participant();
        if (!key.toString().equals(event.key())) {
            // Its participant's chart may lie in another partition.
            meters.skipped(position.topic());
            ChartStep skipped = new ChartStep(
                    DeadLetters.letter(position.topic(), position.partition(), position.offset(), "WrongKey"));
            context.forward(event.withKey(key.toString()).withValue(skipped));
            return;
        }
        ParticipantChart before =
                recent.get(event.key(), it -> requireNonNullElse(charts.get(it), ParticipantChart.EMPTY));
        Decision decision = event.value().applyTo(before);
        ParticipantChart after = decision.chart();
        if (!after.equals(before)) {
            charts.put(event.key(), after);
            recent.put(event.key(), after);
        }
        List<Disposition> dispositions = dispositions(event.value(), before, decision);
        dispositions.forEach(meters::decided);
        context.forward(event.withValue(new ChartStep(
                dispositions,
                tallyChanges(
                        after.changesSince(before, key.trial()), TallyKey.roster(key.trial()), position.partition()))));
    }

    /** What the event itself became, then the other records of which it changed what stands: parked ones that it released, say. */
    private List<Disposition> dispositions(ParticipantEvent event, ParticipantChart before, Decision decision) {
        Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
        ParticipantKey key = event.participant();
        Function<Reported, @Nullable String> site = it -> site(it, event, before, decision.chart());
        Standing own = decision.chart()
                .standing(event.reported())
                .orElseGet(() -> new Standing(event.version(), decision.fate()));
        List<Disposition> dispositions = new ArrayList<>();
        dispositions.add(disposition(
                key, event.reported(), event.version(), decision.fate(), own, now, site.apply(event.reported())));
        decision.chart().standingsChangedSince(before).forEach((reported, standing) -> {
            if (!reported.equals(event.reported())) {
                dispositions.add(disposition(
                        key, reported, standing.version(), standing.fate(), standing, now, site.apply(reported)));
            }
        });
        return dispositions;
    }

    private static Disposition disposition(
            ParticipantKey key,
            Reported reported,
            int version,
            Fate fate,
            Standing standing,
            Instant now,
            @Nullable String site) {
        return new Disposition(
                key.trial(),
                key.participant(),
                reported.subject(),
                reported.recordId(),
                version,
                fate,
                standing.version(),
                standing.fate(),
                now,
                site,
                standing.assessed());
    }

    /** The participant's; of an erased one, the one that was. What another one reported is that one's. */
    private static @Nullable String site(
            Reported reported, ParticipantEvent event, ParticipantChart before, ParticipantChart after) {
        Optional<String> other = after.otherSite(reported);
        if (other.isPresent()) {
            return other.get();
        }
        Enrolment enrolment = after.enrolment() == null ? before.enrolment() : after.enrolment();
        return enrolment == null ? event.site() : enrolment.site();
    }

    /**
     * In the order in which they are to go on. If there are several, the last one is the roster's, be it without a row:
     * every partition gets it, and knows by it that the event is complete.
     */
    private Map<String, TallyChange> tallyChanges(
            Map<String, Map<TallyRow, Long>> changes, String roster, int partition) {
        if (changes.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> upTo = upTo();
        boolean several = changes.size() > 1;
        Map<String, TallyChange> byTally = new LinkedHashMap<>();
        new TreeMap<>(changes).forEach((tally, rows) -> {
            if (!tally.equals(roster)) {
                byTally.put(tally, new TallyChange(partition, upTo, several, rowChanges(rows)));
            }
        });
        if (several || changes.containsKey(roster)) {
            byTally.put(
                    roster,
                    new TallyChange(partition, upTo, false, rowChanges(changes.getOrDefault(roster, Map.of()))));
        }
        return byTally;
    }

    /** Up to where the events of this partition have gone on to the tallies. */
    private Map<String, Long> upTo() {
        ENDPOINT_TOPICS.forEach(topic -> upTo.computeIfAbsent(topic, it -> requireNonNullElse(positions.get(it), 0L)));
        return new TreeMap<>(upTo);
    }

    private static List<RowChange> rowChanges(Map<TallyRow, Long> rows) {
        return rows.entrySet().stream()
                .map(row -> new RowChange(row.getKey(), row.getValue()))
                .toList();
    }
}

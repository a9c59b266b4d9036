package io.outcometracker.benchmarks.scrape;

import io.outcometracker.benchmarks.stage.Allocation;
import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.JavaProcess;
import io.outcometracker.benchmarks.stage.Ports;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * 100,000 series over HTTP while their numbers change: metrics-service, which shows one view, beside a Micrometer gauge for each
 * series. Both read the same messages, and the same series with the same numbers come out.
 */
public final class ScrapeBenchmark {
    /** Each has 10,375 series. */
    private static final int TRIALS = Integer.getInteger("bench.trials", 10);

    private static final int CHANGES_PER_SECOND = 1000;
    /** From one scrape to the next, of whichever. */
    private static final int CHANGES_BETWEEN = 300;

    private static final int SCRAPES = Integer.getInteger("bench.seconds", 3) * 5;
    private static final int WARM_UP = Integer.getInteger("bench.warm-up", 4) * 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Bound MOST_TIME = Bound.atMost(0.4);
    private static final Bound MOST_GARBAGE = Bound.atMost(0.1);
    private static final List<String> JVM_OPTIONS = List.of("-Xms1500m", "-Xmx1500m");

    private final Changes changes;
    private long last;

    private ScrapeBenchmark(Changes changes) {
        this.changes = changes;
    }

    /** Who is scraped. */
    private record Contestant(URI address, JavaProcess process, Allocation allocation) {}

    /**
     * Means of one round.
     *
     * @param garbage bytes that the threads which answer allocated, for each scrape
     * @param all bytes that the process allocated, for each scrape: reading the changes too
     */
    private record Round(double seconds, double garbage, double all) {}

    public static void run(Path directory, Results results) {
        Figures figures = new Figures(TRIALS);
        int port = Ports.free();
        try (Broker broker = Broker.start(directory);
                Changes changes = new Changes(figures, broker);
                Service service = Service.start(Service.METRICS, broker, directory, JVM_OPTIONS, Map.of());
                JavaProcess micrometer = JavaProcess.ofClass(
                        "micrometer",
                        directory,
                        JVM_OPTIONS,
                        MicrometerServer.class,
                        List.of(String.valueOf(port), broker.bootstrapServers()))) {
            changes.publishAll();
            service.awaitReady();
            URI anchor = URI.create("http://127.0.0.1:" + port + "/");
            int series = requireSame(service, anchor);
            try (Allocation ours = Allocation.of(service.process());
                    Allocation theirs = Allocation.of(micrometer)) {
                results.line(
                        ("%d series of %d cohorts, of which %d change every second; the two are scraped in turn, in OpenMetrics text, each time after"
                                        + " %d more changes. Means of rounds of %d scrapes: min / median / max of %d rounds.")
                                .formatted(
                                        series,
                                        figures.cohorts(),
                                        CHANGES_PER_SECOND,
                                        CHANGES_BETWEEN,
                                        SCRAPES,
                                        Rounds.COUNT));
                new ScrapeBenchmark(changes)
                        .measure(
                                results,
                                new Contestant(anchor, micrometer, theirs),
                                new Contestant(service.address(), service.process(), ours));
            }
        }
    }

    /** @return how many series both have */
    private static int requireSame(Service service, URI anchor) {
        List<Set<String>> both = new ArrayList<>();
        service.process()
                .awaitUntil(
                        () -> {
                            try {
                                both.clear();
                                both.add(Scrape.ofTrials(Scrape.text(service.address())));
                                both.add(Scrape.ofTrials(Scrape.text(anchor)));
                                return !both.get(0).isEmpty() && both.get(0).equals(both.get(1));
                            } catch (IOException e) {
                                return false;
                            }
                        },
                        PATIENCE);
        return both.get(0).size();
    }

    private void measure(Results results, Contestant anchor, Contestant ours) {
        changes.goOn(CHANGES_PER_SECOND);
        round(anchor, ours, WARM_UP);
        List<Round> anchors = new ArrayList<>();
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < Rounds.COUNT; i++) {
            List<Round> both = round(anchor, ours, SCRAPES);
            anchors.add(both.get(0));
            rounds.add(both.get(1));
        }
        results.header("One scrape", "Micrometer", "metrics-service", "Ratio", "Target", "");
        row(results, "time, ms", anchors, rounds, it -> 1e3 * it.seconds, MOST_TIME);
        row(results, "garbage, MB", anchors, rounds, it -> it.garbage / 1e6, MOST_GARBAGE);
        row(results, "garbage with that of reading the changes, MB", anchors, rounds, it -> it.all / 1e6, null);
    }

    private static void row(
            Results results,
            String name,
            List<Round> anchors,
            List<Round> rounds,
            ToDoubleFunction<Round> figure,
            @Nullable Bound bound) {
        Spread theirs = Spread.of(anchors, figure);
        Spread ours = Spread.of(rounds, figure);
        double ratio = ours.median() / theirs.median();
        results.row(
                name,
                theirs.toString(),
                ours.toString(),
                Spread.rounded(ratio),
                Objects.toString(bound, ""),
                results.verdict(name + ", to Micrometer's", ratio, bound));
    }

    private List<Round> round(Contestant anchor, Contestant ours, int scrapes) {
        List<Contestant> both = List.of(anchor, ours);
        List<Allocation.Bytes> before =
                both.stream().map(it -> it.allocation.bytes(Scrape.ANSWERING)).toList();
        double[] seconds = new double[both.size()];
        for (int i = 0; i < scrapes; i++) {
            for (int which = 0; which < both.size(); which++) {
                awaitChanges(both.get(which));
                seconds[which] += time(both.get(which).address);
            }
        }
        List<Round> rounds = new ArrayList<>();
        for (int which = 0; which < both.size(); which++) {
            Allocation.Bytes used =
                    both.get(which).allocation.bytes(Scrape.ANSWERING).minus(before.get(which));
            rounds.add(new Round(
                    seconds[which] / scrapes, (double) used.named() / scrapes, (double) used.all() / scrapes));
        }
        return rounds;
    }

    private void awaitChanges(Contestant contestant) {
        contestant.process.awaitUntil(() -> changes.count() >= last + CHANGES_BETWEEN, PATIENCE);
        last = changes.count();
    }

    private static double time(URI address) {
        try {
            return Scrape.time(address).toNanos() / 1e9;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

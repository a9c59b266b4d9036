package io.outcometracker.benchmarks.aggregation;

import static java.util.Objects.requireNonNull;

import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one more record costs cohort-service, by what it holds already: the same warm process amends as many scores of a
 * small study, of larger ones, and of the small one again with the larger ones beside it.
 */
public final class GrowthBenchmark implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final int LARGEST = Integer.getInteger("bench.largest", 100_000);
    private static final int RECORDS = 30_000;
    private static final int WARM_UPS = 4;
    private static final Bound MOST = Bound.atMost(1.15);

    private final Broker broker;
    private final StudyLog written;
    private final Log log;
    private final Service service;

    private GrowthBenchmark(Path directory) {
        broker = Broker.start(directory);
        written = new StudyLog(broker);
        log = new Log(broker.settings());
        service = Service.start(
                Service.COHORT,
                broker,
                directory,
                List.of("-Xms4g", "-Xmx4g"),
                Map.of(
                        "OUTCOMES_COHORT_THREADS",
                        String.valueOf(Runtime.getRuntime().availableProcessors())));
        service.awaitReady();
    }

    /** @param cpu of cohort-service per record, in microseconds */
    private record Cost(double cpu, double recordsPerSecond) {}

    public static void run(Path directory, Results results) {
        results.line(
                ("%d amendments as fast as cohort-service takes them, in turn of all participants, or (\"of ... participants\") of as many as"
                                + " the smallest study has: processor time of its process, and rate, from the first written until all"
                                + " is committed and published exactly. One warm process for each table.")
                        .formatted(RECORDS));
        Map<String, Study> participants = new LinkedHashMap<>();
        for (int size : new int[] {100, 10_000, LARGEST}) {
            participants.put(count(size), Study.live("P" + size + "-", 1, size, 2, 20));
        }
        run(directory.resolve("participants"), "Participants in one cohort", participants, results);
        Map<String, Study> cohorts = new LinkedHashMap<>();
        for (int trials : new int[] {1, 100, 10_000}) {
            // The whole trial, two arms, two strata and five sites, at one endpoint.
            cohorts.put(count(10 * trials), Study.live("C" + trials + "-", trials, 10 * trials, 1, 5));
        }
        run(directory.resolve("cohorts"), "Cohorts, in trials of 10 participants", cohorts, results);
        results.tried("0019-publishing-in-slices.md", "0021-figures-kept-by-change.md");
    }

    private static String count(int number) {
        return "%,d".formatted(number);
    }

    private static void run(Path directory, String what, Map<String, Study> studies, Results results) {
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        try (GrowthBenchmark benchmark = new GrowthBenchmark(directory);
                HeldStudy warmUp = benchmark.hold(Study.live("W", 20, 2_000, 2, 5))) {
            for (int i = 0; i < WARM_UPS; i++) {
                benchmark.amend(warmUp, warmUp.participants());
            }
            List<HeldStudy> held = new ArrayList<>();
            studies.forEach((size, study) -> {
                HeldStudy next = benchmark.hold(study);
                held.add(next);
                costs.put(size, benchmark.amendInRounds(next, next.participants()));
                int fewest = held.get(0).participants();
                if (fewest < next.participants()) {
                    costs.put("%s, of %d participants".formatted(size, fewest), benchmark.amendInRounds(next, fewest));
                }
            });
            String smallest = studies.keySet().iterator().next();
            costs.put(
                    smallest + ", beside the others",
                    benchmark.amendInRounds(held.get(0), held.get(0).participants()));
            held.forEach(HeldStudy::close);
        }
        print(what, costs, results);
    }

    /** Returns once everything of it is published. */
    private HeldStudy hold(Study study) {
        HeldStudy held = new HeldStudy(study, broker, written, log);
        service.process().awaitUntil(held::isExact, PATIENCE);
        return held;
    }

    /** The first is not counted: what the growth has left to do, such as compaction, is done in it. */
    private List<Cost> amendInRounds(HeldStudy held, int among) {
        amend(held, among);
        List<Cost> rounds = new ArrayList<>();
        for (int round = 0; round < Rounds.COUNT; round++) {
            rounds.add(amend(held, among));
        }
        return rounds;
    }

    private Cost amend(HeldStudy held, int among) {
        Duration cpuBefore = service.process().cpuTime();
        long start = System.nanoTime();
        held.amend(RECORDS, among);
        service.process().awaitUntil(held::isExact, PATIENCE);
        return new Cost(
                service.process().cpuTime().minus(cpuBefore).toNanos() / 1e3 / RECORDS,
                RECORDS * 1e9 / (System.nanoTime() - start));
    }

    private static void print(String what, Map<String, List<Cost>> costs, Results results) {
        results.header(
                what, "CPU per record, µs: min / median / max", "records/s", "CPU to the smallest", "Target", "");
        String smallest = costs.keySet().iterator().next();
        double least = Spread.of(requireNonNull(costs.get(smallest)), Cost::cpu).median();
        costs.forEach((size, rounds) -> {
            Spread cpu = Spread.of(rounds, Cost::cpu);
            double ratio = cpu.median() / least;
            Bound bound = size.equals(smallest) ? null : MOST;
            results.row(
                    size,
                    cpu.toString(),
                    Spread.of(rounds, Cost::recordsPerSecond).toString(),
                    Spread.rounded(ratio),
                    Objects.toString(bound, ""),
                    results.verdict(what + ", " + size, ratio, bound));
        });
    }

    @Override
    public void close() {
        service.close();
        log.close();
        written.close();
        broker.close();
    }
}

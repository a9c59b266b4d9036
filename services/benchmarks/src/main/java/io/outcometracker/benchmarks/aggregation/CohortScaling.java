package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.Cores;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How fast several instances of cohort-service catch up together, with a core and a thread each. */
public final class CohortScaling {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int RECORDS = 20_000;
    private static final int WARM_UPS = 3;
    private static final int MOST = 3;

    private CohortScaling() {}

    /**
     * What all did together in one round.
     *
     * @param each by instance, how much of its core it used
     * @param broker how much the broker used of the core that it has with the load
     * @param load how much the load used of it
     * @param rest how much was used of it in all
     */
    private record Run(double records, List<Double> each, double broker, double load, double rest) {
        double perCoreSecond() {
            return records / each.stream().mapToDouble(it -> it).sum();
        }
    }

    /** @param directory of which each number of instances has a part, with a broker of its own */
    public static void run(Path directory, Results results) {
        results.header(
                "cohort-service, instances",
                "records/s: min / median / max",
                "of each instance",
                "to one instance",
                "used by each of its core",
                "records per second of a core used",
                "of the core of broker and load: broker, load, all");
        double one = 0;
        for (int instances = 1; instances <= MOST; instances++) {
            List<Run> runs = runs(instances, directory.resolve("cohort-" + instances));
            Spread rates = Spread.of(runs, Run::records);
            one = instances == 1 ? rates.median() : one;
            results.row(
                    String.valueOf(instances),
                    rates.toString(),
                    Spread.rounded(rates.median() / instances),
                    Spread.rounded(rates.median() / one),
                    used(runs, instances),
                    median(runs, Run::perCoreSecond),
                    String.join(", ", median(runs, Run::broker), median(runs, Run::load), median(runs, Run::rest)));
        }
    }

    private static String used(List<Run> runs, int instances) {
        return IntStream.range(0, instances)
                .mapToObj(instance -> median(runs, it -> it.each().get(instance)))
                .collect(Collectors.joining(", "));
    }

    private static String median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.rounded(Spread.of(runs, figure).median());
    }

    private static List<Run> runs(int instances, Path directory) {
        List<Service> services = new ArrayList<>();
        try (Broker broker = Broker.start(directory);
                StudyLog written = new StudyLog(broker);
                Log log = new Log(broker.settings())) {
            try {
                for (int core = 1; core <= instances; core++) {
                    services.add(Service.startOn(
                            core,
                            Service.COHORT,
                            broker,
                            directory.resolve("core-" + core),
                            List.of("-Xms1g", "-Xmx1g"),
                            Map.of("OUTCOMES_COHORT_THREADS", "1")));
                }
                services.forEach(Service::awaitReady);
                // Shared out while there is nothing to move.
                services.get(0).process().awaitUntil(() -> log.isShared(HeldStudy.GROUP, instances));
                try (HeldStudy held = new HeldStudy(Study.live("S", 100, 5_000, 2, 5), broker, written, log)) {
                    services.get(0).process().awaitUntil(held::isExact, PATIENCE);
                    for (int i = 0; i < WARM_UPS; i++) {
                        amend(held, broker, services);
                    }
                    List<Run> runs = new ArrayList<>();
                    for (int round = 0; round < Rounds.COUNT; round++) {
                        runs.add(amend(held, broker, services));
                    }
                    return runs;
                }
            } finally {
                services.forEach(Service::close);
            }
        }
    }

    private static Run amend(HeldStudy held, Broker broker, List<Service> services) {
        List<Duration> before = cpuTimes(broker, services);
        long start = System.nanoTime();
        held.amend(RECORDS, held.participants());
        services.get(0).process().awaitUntil(held::isExact, PATIENCE);
        double time = System.nanoTime() - start;
        List<Duration> after = cpuTimes(broker, services);
        List<Double> used = IntStream.range(0, after.size())
                .mapToObj(it -> after.get(it).minus(before.get(it)).toNanos() / time)
                .toList();
        int instances = services.size();
        return new Run(
                RECORDS * 1e9 / time,
                used.subList(0, instances),
                used.get(instances),
                used.get(instances + 1),
                used.get(instances + 2));
    }

    /** Of all instances, of the broker, of this process, and of their core. */
    private static List<Duration> cpuTimes(Broker broker, List<Service> services) {
        List<Duration> times = new ArrayList<>(
                services.stream().map(it -> it.process().cpuTime()).toList());
        times.add(broker.process().cpuTime());
        times.add(ProcessHandle.current().info().totalCpuDuration().orElseThrow());
        times.add(Cores.firstUsed());
        return times;
    }
}

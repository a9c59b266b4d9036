package io.outcometracker.benchmarks.start;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of a process to the moment it says that it is ready. */
public final class StartBenchmark {
    private static final Duration SERVICE = Duration.ofSeconds(4);

    private StartBenchmark() {}

    public static void run(Path directory) {
        Results results = new Results("start");
        Map<String, String> services = new LinkedHashMap<>();
        List.of(Service.INGEST, Service.COHORT, Service.METRICS).forEach(it -> services.put(it, it));
        try (Broker broker = Broker.start(directory)) {
            Map<String, Spread> seconds = Rounds.of(services, name -> start(name, broker, directory));
            results.header("Start to ready", "s: min / median / max", "Target, s", "");
            seconds.forEach((name, spread) -> results.row(
                    name,
                    spread.toString(),
                    "<= " + SERVICE.toSeconds(),
                    Results.verdict(spread.median() <= SERVICE.toSeconds())));
        }
        results.write();
    }

    private static double start(String name, Broker broker, Path directory) {
        long before = System.nanoTime();
        try (Service service = Service.start(name, broker, directory, List.of(), Map.of())) {
            service.awaitReady();
            return (System.nanoTime() - before) / 1e9;
        }
    }
}

package io.outcometracker.benchmarks.scaling;

import io.outcometracker.benchmarks.aggregation.CohortScaling;
import io.outcometracker.benchmarks.ingest.IngestScaling;
import io.outcometracker.benchmarks.stage.Cores;
import io.outcometracker.benchmarks.stage.Results;
import java.nio.file.Path;

/** One, two and three instances of a service, held to a core each; broker and load have the first core. */
public final class ScalingBenchmark {
    private static final int CORES = 4;

    private ScalingBenchmark() {}

    public static void run(Path directory, Results results) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < CORES) {
            System.out.printf("scaling is skipped: it needs %d cores, here are %d%n", CORES, cores);
            return;
        }
        Cores held = Cores.hold();
        try {
            results.line(
                    "Each instance is held to a core of its own, so that its JVM has one processor, compilation and collection included; broker and load share another."
                            + " Where that one is used up, it is the limit and not the service.");
            CohortScaling.run(directory.resolve("cohort"), results);
            IngestScaling.run(directory.resolve("ingest"), results);
        } finally {
            held.close();
        }
    }
}

package io.outcometracker.benchmarks;

import io.outcometracker.benchmarks.aggregation.AggregationBenchmark;
import io.outcometracker.benchmarks.aggregation.GrowthBenchmark;
import io.outcometracker.benchmarks.freshness.FreshnessBenchmark;
import io.outcometracker.benchmarks.ingest.IngestBenchmark;
import io.outcometracker.benchmarks.micro.MicroBenchmarks;
import io.outcometracker.benchmarks.scaling.ScalingBenchmark;
import io.outcometracker.benchmarks.scrape.ScrapeBenchmark;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.start.StartBenchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Runs the suite, or one part of it, each in a directory of its own that is deleted afterwards, unless it failed. */
final class Benchmarks {
    private static final String ALL = "all";
    private static final Map<String, BiConsumer<Path, Results>> SUITE = suite();

    private Benchmarks() {}

    private static Map<String, BiConsumer<Path, Results>> suite() {
        Map<String, BiConsumer<Path, Results>> suite = new LinkedHashMap<>();
        suite.put("ingest", IngestBenchmark::run);
        suite.put("start", StartBenchmark::run);
        suite.put("aggregation", AggregationBenchmark::run);
        suite.put("growth", GrowthBenchmark::run);
        suite.put("scaling", ScalingBenchmark::run);
        suite.put("freshness", FreshnessBenchmark::run);
        suite.put("scrape", ScrapeBenchmark::run);
        suite.put("micro", (directory, results) -> MicroBenchmarks.run(results));
        return suite;
    }

    /** @param arguments the name of a part, or "all" */
    public static void main(String... arguments) {
        String selection = arguments[0];
        if (selection.equals(ALL)) {
            Results summary = new Results(ALL);
            List<Results> parts = new ArrayList<>();
            SUITE.forEach((name, part) -> parts.add(run(name, part)));
            summary.summarize(parts);
            summary.write();
        } else if (SUITE.containsKey(selection)) {
            run(selection, SUITE.get(selection));
        } else {
            System.err.printf("-Dbench=%s: choose one of %s, or %s%n", selection, SUITE.keySet(), ALL);
            System.exit(2);
        }
    }

    private static Results run(String name, BiConsumer<Path, Results> part) {
        Results results = new Results(name);
        try {
            // Not in memory, as /tmp may be: the broker's log is as large as what is posted.
            Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), name)
                    .toAbsolutePath();
            try {
                part.accept(directory, results);
            } catch (RuntimeException | Error e) {
                System.err.printf("%s failed; the logs of its processes are in %s%n", name, directory);
                throw e;
            }
            delete(directory);
            results.write();
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

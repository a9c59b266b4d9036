package io.outcometracker.benchmarks.micro;

import static java.util.stream.Collectors.joining;

import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Spread;
import io.outcometracker.contract.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;
import org.openjdk.jmh.util.Version;

/** Runs the benchmarks and writes a table in which each stands beside its anchor, the method named after it. */
public final class MicroBenchmarks {
    private static final String ANCHOR = "Anchor";

    private MicroBenchmarks() {}

    /** Runs all. */
    public static void run(Results results) {
        var options = new OptionsBuilder()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(1)
                .warmupIterations(5)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(7)
                .measurementTime(TimeValue.milliseconds(200))
                .shouldFailOnError(true)
                .resultFormat(ResultFormatType.JSON)
                .result("target/jmh.json")
                .build();
        Map<String, Statistics> measured = new LinkedHashMap<>();
        Map<String, Statistics> anchors = new HashMap<>();
        try {
            for (RunResult result : new Runner(options).run()) {
                String name = name(result.getParams());
                (name.contains(ANCHOR) ? anchors : measured)
                        .put(name.replace(ANCHOR, ""), result.getPrimaryResult().getStatistics());
            }
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
        results.line(
                ("Microseconds per call, in a JVM of its own for each line, on the Java of the benchmarks (JMH %s, Jackson %s): least / median / greatest"
                                + " of 7 iterations of 0.2 s. The ratio is that of the least, which others on the machine disturb least.")
                        .formatted(Version.getPlainVersion(), Json.MAPPER.version()));
        results.header("Benchmark", "µs", "Anchor, µs", "Ratio");
        measured.forEach((name, times) -> {
            Statistics anchor = anchors.get(name);
            results.row(
                    name,
                    cell(times),
                    anchor == null ? "" : cell(anchor),
                    anchor == null ? "" : Spread.rounded(times.getMin() / anchor.getMin()));
        });
    }

    private static String cell(Statistics times) {
        return Spread.rounded(times.getMin()) + " / " + Spread.rounded(times.getPercentile(50)) + " / "
                + Spread.rounded(times.getMax());
    }

    /** Class, method and parameters. */
    private static String name(BenchmarkParams params) {
        String method = params.getBenchmark().replace(MicroBenchmarks.class.getPackageName() + ".", "");
        return params.getParamsKeys().stream()
                .map(key -> ", " + key + " " + params.getParam(key))
                .collect(joining("", method, ""));
    }
}

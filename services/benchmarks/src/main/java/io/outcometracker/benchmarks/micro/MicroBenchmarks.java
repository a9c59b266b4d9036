package io.outcometracker.benchmarks.micro;

import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
    private static final String ALL = ".*";
    private static final String ANCHOR = "Anchor";

    private MicroBenchmarks() {}

    /** Runs all; {@code -Dbench.micro} selects some by a regular expression. */
    public static void run() {
        try {
            run(System.getProperty("bench.micro", ALL));
        } catch (IOException | RunnerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String selection) throws IOException, RunnerException {
        double loadBefore = load();
        var options = new OptionsBuilder()
                .include(selection)
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
        for (RunResult result : new Runner(options).run()) {
            String name = name(result.getParams());
            (name.contains(ANCHOR) ? anchors : measured)
                    .put(name.replace(ANCHOR, ""), result.getPrimaryResult().getStatistics());
        }
        String report = head(selection, loadBefore, load()) + table(measured, anchors);
        // A part of the benchmarks does not replace the results of all.
        Path file = Files.createDirectories(Path.of(selection.equals(ALL) ? "results" : "target"))
                .resolve("micro.md");
        Files.writeString(file, report);
        System.out.println(report);
    }

    private static String head(String selection, double loadBefore, double loadAfter) {
        // Maven and the benchmarks themselves make up to two.
        boolean shared = Math.max(loadBefore, loadAfter) > 2;
        return """
                # micro

                `mvn -Pbench verify -Dbench=micro%s`, %s

                - Machine: %d cores, %s; load before %s, after %s%s
                - Java %s, JMH %s, Jackson %s
                - Times in microseconds per call: least / median / greatest of 7 iterations of 0.2 s, in one JVM per line.
                  The ratio is that of the least, which others on the machine disturb least.

                """.formatted(
                        selection.equals(ALL) ? "" : " -Dbench.micro=" + selection,
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.arch"),
                        rounded(loadBefore),
                        rounded(loadAfter),
                        shared ? ". **Others used it too: only large ratios mean anything**" : "",
                        Runtime.version(),
                        Version.getPlainVersion(),
                        Json.MAPPER.version());
    }

    private static String table(Map<String, Statistics> measured, Map<String, Statistics> anchors) {
        return measured.entrySet().stream()
                .map(it -> row(it.getKey(), it.getValue(), anchors.get(it.getKey())))
                .collect(joining("", "| Benchmark | µs | Anchor, µs | Ratio |\n|---|---:|---:|---:|\n", ""));
    }

    private static String row(String name, Statistics times, @Nullable Statistics anchor) {
        return anchor == null
                ? "| %s | %s | | |\n".formatted(name, cell(times))
                : "| %s | %s | %s | %s |\n"
                        .formatted(name, cell(times), cell(anchor), rounded(times.getMin() / anchor.getMin()));
    }

    private static String cell(Statistics times) {
        return rounded(times.getMin()) + " / " + rounded(times.getPercentile(50)) + " / " + rounded(times.getMax());
    }

    private static String rounded(double number) {
        return new BigDecimal(number).round(new MathContext(3)).toPlainString();
    }

    /** Class, method and parameters. */
    private static String name(BenchmarkParams params) {
        String method = params.getBenchmark().replace(MicroBenchmarks.class.getPackageName() + ".", "");
        return params.getParamsKeys().stream()
                .map(key -> ", " + key + " " + params.getParam(key))
                .collect(joining("", method, ""));
    }

    /** Processes that were running or waiting to, on average over the last minute; negative where it is not known. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}

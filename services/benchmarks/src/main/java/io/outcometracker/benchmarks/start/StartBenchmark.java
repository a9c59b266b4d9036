package io.outcometracker.benchmarks.start;

import io.outcometracker.allinone.AllInOne;
import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.JavaProcess;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** From the start of a process to the moment it says that it is ready. */
public final class StartBenchmark {
    private static final List<String> SERVICES = List.of(Service.INGEST, Service.COHORT, Service.METRICS);
    private static final String ALL_IN_ONE = "all-in-one";
    private static final Bound IMAGE_SECONDS = Bound.atMost(4);
    private static final Bound DEMO_SECONDS = Bound.atMost(8);
    private static final String READY = "Ctrl-C stops it";

    private final Path directory;
    private int run;

    private StartBenchmark(Path directory) {
        this.directory = directory;
    }

    public static void run(Path directory, Results results) {
        new StartBenchmark(directory).measure(results);
    }

    private void measure(Results results) {
        results.line(
                "On an empty state. As the image: from the jar as its recipe lays it out, with the cache that it makes"
                        + " (Java 25).");
        try (Broker broker = Broker.start(directory)) {
            Map<String, DoubleSupplier> starts = new LinkedHashMap<>();
            for (String name : SERVICES) {
                Image image = Image.of(name, directory.resolve("image-" + name));
                starts.put(
                        name + ", as the image",
                        () -> ready(() -> Service.start(
                                name,
                                image.jar(),
                                broker,
                                next(),
                                image.jvmOptions("-XX:AOTCache="),
                                Image.ENVIRONMENT)));
                starts.put(
                        name + ", executable jar",
                        () -> ready(() -> Service.start(name, broker, next(), List.of(), Map.of())));
            }
            starts.put(ALL_IN_ONE + ", three services", () -> allInOne(List.of()));
            starts.put(
                    ALL_IN_ONE + ", and a second metrics-service for the unblinded",
                    () -> allInOne(List.of("unblinded")));
            Map<String, Spread> seconds = Rounds.of(starts, DoubleSupplier::getAsDouble);
            results.header("Start to ready", "s: min / median / max", "Target, s", "");
            seconds.forEach((name, spread) -> {
                Bound bound = name.endsWith("jar") ? null : name.startsWith(ALL_IN_ONE) ? DEMO_SECONDS : IMAGE_SECONDS;
                results.row(
                        name,
                        spread.toString(),
                        Objects.toString(bound, ""),
                        results.verdict(name + ", s", spread.median(), bound));
            });
        }
    }

    private Path next() {
        return directory.resolve("run-" + ++run);
    }

    private static double ready(Supplier<Service> start) {
        long before = System.nanoTime();
        try (Service service = start.get()) {
            service.awaitReady();
            return since(before);
        }
    }

    private static double since(long before) {
        return (System.nanoTime() - before) / 1e9;
    }

    /**
     * Broker and services in one process, as the demo starts them, without a study.
     *
     * @param more services besides the three
     */
    private double allInOne(List<String> more) {
        Path home = next();
        List<String> arguments =
                new ArrayList<>(List.of("--data", home.resolve("data").toString()));
        Stream.concat(Stream.of("kafka", "ingest", "cohort", "metrics"), more.stream())
                .forEach(it -> arguments.addAll(List.of("--" + it + "-port", "0")));
        long before = System.nanoTime();
        try (JavaProcess process = JavaProcess.ofClass(
                "all-in-one", home, List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"), AllInOne.class, arguments)) {
            process.awaitUntil(() -> says(process.log(), READY));
            return since(before);
        }
    }

    private static boolean says(Path log, String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

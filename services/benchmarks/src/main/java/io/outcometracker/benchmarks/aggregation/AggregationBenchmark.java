package io.outcometracker.benchmarks.aggregation;

import static java.util.Objects.requireNonNull;

import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.JavaProcess;
import io.outcometracker.benchmarks.stage.Ports;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * From an empty state to the end of the same log: cohort-service as it is, and what others make of it. What is kept of
 * it then, on disk and on the heap, and how soon it goes on after a restart.
 */
public final class AggregationBenchmark {
    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final boolean WITH_ANCHORS = Boolean.parseBoolean(System.getProperty("bench.anchors", "true"));
    private static final String FLINK_SQL = "Flink SQL";
    private static final String GROUP = "outcomes-cohort-service";
    private static final List<String> HEAP = List.of("-Xmx" + System.getProperty("bench.heap", "4g"));
    private static final String THREADS = String.valueOf(Runtime.getRuntime().availableProcessors());
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern RESULT = Pattern.compile("RESULT (\\d+)");

    private final Path directory;
    private final Broker broker;
    private final Log log;
    private final Expected expected;
    private final long records;
    private int run;
    /** Of cohort-service's last catch-up. */
    private Duration cpu = Duration.ZERO;

    private long heap;

    private AggregationBenchmark(Path directory, Broker broker, Log log, Expected expected, long records) {
        this.directory = directory;
        this.broker = broker;
        this.log = log;
        this.expected = expected;
        this.records = records;
    }

    public static void run(Path directory, Results results) {
        Study study =
                Study.of(4, Long.getLong("bench.followUps", 400_000), Integer.getInteger("bench.participants", 10_000));
        try (Broker broker = Broker.start(directory);
                StudyLog written = new StudyLog(broker);
                Log log = new Log(broker.settings())) {
            written.write(study);
            results.line(
                    ("%d follow-ups of %d participants of %d trials, each with %d visits and %d instruments, %d bytes"
                                    + " each without headers: 10 %% amended, 1 %% taken back, 3 %% of visits and enrolments late. Timed"
                                    + " from when the consumer group is stable (one-thread consumer: from its first"
                                    + " record; Flink SQL: from when all its tasks run).")
                            .formatted(
                                    written.followUps(),
                                    study.participants(),
                                    study.trials(),
                                    study.visits(),
                                    study.instruments(),
                                    written.bytesPerRecord()));
            new AggregationBenchmark(directory, broker, log, Expected.of(study), written.records()).measure(results);
        }
    }

    private void measure(Results results) {
        Map<String, Supplier<Duration>> contestants = new LinkedHashMap<>();
        if (WITH_ANCHORS) {
            contestants.put("one-thread consumer", this::consume);
            contestants.put("naive Streams", this::naiveStreams);
            contestants.put(FLINK_SQL, this::flinkSql);
        }
        // Last, since what it leaves behind is looked at next.
        contestants.put(Service.COHORT, this::catchUp);
        Map<String, Spread> rates =
                Rounds.of(contestants, it -> records * 1e9 / it.get().toNanos());
        Spread ours = requireNonNull(rates.remove(Service.COHORT));
        Map<String, Bound> targets = Map.of(
                "one-thread consumer",
                Bound.atLeast(0.5),
                "naive Streams",
                Bound.atLeast(1),
                FLINK_SQL,
                Bound.atLeast(2));
        results.header("Catch-up", "records/s: min / median / max", "cohort-service to it", "Target", "");
        results.row(Service.COHORT, ours.toString(), "", "", "");
        rates.forEach((name, rate) -> {
            Bound bound = requireNonNull(targets.get(name));
            double ratio = ours.median() / rate.median();
            results.row(
                    name,
                    rate.toString(),
                    Spread.rounded(ratio),
                    bound.toString(),
                    results.verdict("catch-up, to that of " + name, ratio, bound));
        });
        results.line("");
        results.line("cohort-service: %s µs of CPU per record, JIT compilation included."
                .formatted(Spread.rounded(cpu.toNanos() / 1e3 / records)));
        state(results, records / ours.median());
        results.tried("0019-publishing-in-slices.md", "0021-figures-kept-by-change.md");
    }

    private Duration catchUp() {
        run++;
        try (Service service = cohortService("true")) {
            Duration time = untilExact(service);
            heap = service.process().heapAfterCollection();
            return time;
        }
    }

    /** @param publish "false" for one that gets ready to take over */
    private Service cohortService(String publish) {
        return Service.start(
                Service.COHORT,
                broker,
                directory.resolve("run-" + run),
                HEAP,
                Map.of(
                        "OUTCOMES_COHORT_APPLICATION_ID",
                        group(),
                        "OUTCOMES_COHORT_PUBLISH",
                        publish,
                        "OUTCOMES_COHORT_THREADS",
                        THREADS));
    }

    private String group() {
        return GROUP + "-" + run;
    }

    private Duration untilExact(Service service) {
        try (var metrics = PublishedMetrics.ofService(broker, expected)) {
            long start = read(service.process());
            Duration cpuBefore = service.process().cpuTime();
            service.process().awaitUntil(() -> metrics.areExact() && log.isDone(group()), PATIENCE);
            Duration time = since(start);
            cpu = service.process().cpuTime().minus(cpuBefore);
            return time;
        }
    }

    /** @return when its group had begun to read */
    private long read(JavaProcess process) {
        process.awaitUntil(() -> log.isRead(group()));
        return System.nanoTime();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Duration consume() {
        run++;
        try (JavaProcess process = JavaProcess.ofClass(
                "one-thread-consumer",
                directory.resolve("run-" + run),
                HEAP,
                OneThreadConsumer.class,
                List.of(broker.bootstrapServers()))) {
            process.awaitUntil(() -> result(process.log()).find(), PATIENCE);
            Matcher result = result(process.log());
            if (!result.find()) {
                throw new IllegalStateException();
            }
            return Duration.ofNanos(Long.parseLong(result.group(1)));
        }
    }

    private static Matcher result(Path log) {
        try {
            return RESULT.matcher(Files.readString(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Duration naiveStreams() {
        run++;
        Path home = directory.resolve("run-" + run);
        try (JavaProcess process = JavaProcess.ofClass(
                "naive-streams",
                home,
                HEAP,
                NaiveStreams.class,
                List.of(broker.bootstrapServers(), home.resolve("state").toString(), group(), THREADS))) {
            long start = read(process);
            process.awaitUntil(() -> log.isDone(group()), PATIENCE);
            return since(start);
        }
    }

    private Duration flinkSql() {
        run++;
        Path home = directory.resolve("run-" + run);
        int port = Ports.free();
        // One of its own: were an earlier run's last transaction still open, nobody would read what comes behind it.
        String output = group() + "-cohorts";
        broker.createTopic(output, PublishedMetrics.PARTITIONS);
        try (var published = PublishedMetrics.ofFlink(broker, expected.ofArms(), output);
                JavaProcess process = JavaProcess.ofClass(
                        "flink-sql",
                        home,
                        HEAP,
                        FlinkSql.class,
                        List.of(
                                broker.bootstrapServers(),
                                home.resolve("checkpoints").toUri().toString(),
                                group(),
                                output,
                                THREADS,
                                String.valueOf(port)))) {
            process.awaitUntil(() -> runs(port));
            long start = System.nanoTime();
            // Its checkpoints have its positions; it tells Kafka of them when it comes to it.
            process.awaitUntil(published::areExact, PATIENCE);
            return since(start);
        }
    }

    /** Whether all tasks of Flink's job do. */
    private static boolean runs(int port) {
        try (InputStream answer = URI.create("http://127.0.0.1:" + port + "/jobs/overview")
                .toURL()
                .openStream()) {
            JsonNode tasks = JSON.readTree(answer).path("jobs").path(0).path("tasks");
            return tasks.path("total").asInt() > 0
                    && tasks.path("running").asInt() == tasks.path("total").asInt();
        } catch (IOException e) {
            return false;
        }
    }

    /** What is kept after the last catch-up, and how long it takes to go on from it or without it. */
    private void state(Results results, double catchUpSeconds) {
        double perScore = (double) size(directory.resolve("run-" + run)) / expected.scores();
        long start = System.nanoTime();
        try (Service service = cohortService("true")) {
            service.awaitReady();
        }
        double restart = since(start).toNanos() / 1e9;
        run++;
        double rebuild;
        try (Service service = cohortService("false")) {
            long from = read(service.process());
            service.process().awaitUntil(() -> log.isDone(group()), PATIENCE);
            rebuild = since(from).toNanos() / 1e9;
        }
        results.header("What is kept of %d scores".formatted(expected.scores()), "", "Target", "");
        kept(results, "state on disk per score, bytes", perScore, 60);
        kept(results, "heap after a collection, MB (target: of 12 million scores)", heap / 1e6, 1000);
        kept(results, "restart to ready, s (target: of 1 million participants)", restart, 15);
        kept(results, "rebuild from the log to catch-up", rebuild / catchUpSeconds, 1.3);
    }

    private static void kept(Results results, String what, double figure, double most) {
        Bound bound = Bound.atMost(most);
        results.row(what, Spread.rounded(figure), bound.toString(), results.verdict(what, figure, bound));
    }

    private static long size(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(it -> it.toString().contains("rocksdb"))
                    .filter(Files::isRegularFile)
                    .mapToLong(it -> it.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.outcometracker.benchmarks.ingest;

import static java.util.Objects.requireNonNull;

import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.JavaProcess;
import io.outcometracker.benchmarks.stage.Ports;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import io.outcometracker.benchmarks.stage.Tokens;
import io.outcometracker.benchmarks.stage.Wrk;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Records over HTTP into Kafka: ingest-service with all that it checks and audits, beside {@link CeilingServer}, one after
 * the other at each point, from the same load tool. Beside both stands Kafka's own producer, which has its records already.
 */
public final class IngestBenchmark implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up", 4));
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 3));
    private static final Bound LEAST_RATE = Bound.atLeast(0.6);
    private static final Bound MOST_DELAY = Bound.atMost(2);
    private static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g");

    private final Path directory;
    private final Broker broker;
    private final RecordCount topics;
    private final Service service;
    private final JavaProcess ceiling;
    private final URI ceilingAddress;
    private final List<String> tokens;
    private int run;

    private IngestBenchmark(Path directory) {
        this.directory = directory;
        this.broker = Broker.start(directory);
        this.topics = new RecordCount(broker.settings());
        this.service = Service.start(
                Service.INGEST,
                broker,
                directory,
                JVM_OPTIONS,
                Map.of("OUTCOMES_INGEST_REQUESTS_PER_MINUTE", String.valueOf(Integer.MAX_VALUE)));
        int port = Ports.free();
        this.ceiling = JavaProcess.ofClass(
                "ceiling",
                directory,
                JVM_OPTIONS,
                CeilingServer.class,
                List.of(String.valueOf(port), broker.bootstrapServers(), RecordCount.CEILING));
        this.ceilingAddress = URI.create("http://127.0.0.1:" + port + "/");
        ceiling.awaitUntil(() -> accepts(port));
        service.awaitReady();
        this.tokens =
                Load.sites().stream().map(it -> Tokens.ofSite(it, directory)).toList();
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Who takes the records. */
    private record Contestant(URI address, JavaProcess process, String topic) {}

    /**
     * What one did at one point.
     *
     * @param records for each second
     * @param own seconds of its processors for 1,000 records
     * @param brokers the same, of Kafka
     */
    private record Run(double records, Duration p50, Duration p99, double own, double brokers) {}

    public static void run(Path directory, Results results) {
        try (IngestBenchmark benchmark = new IngestBenchmark(directory)) {
            putProtocol(benchmark.service, directory);
            benchmark.measure(results);
        }
    }

    /** @param directory where the service was started */
    static void putProtocol(Service service, Path directory) {
        try {
            HttpResponse<String> answer = service.put(
                    "api/v1/trials/" + Load.TRIAL,
                    Tokens.of("trial-manager", directory),
                    "application/json",
                    Load.protocol());
            if (answer.statusCode() != HttpURLConnection.HTTP_CREATED) {
                throw new IllegalStateException("no protocol: " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void measure(Results results) {
        Contestant anchor = new Contestant(ceilingAddress, ceiling, RecordCount.CEILING);
        Contestant ours = new Contestant(service.address(), service.process(), Topics.FOLLOW_UPS.name());
        String only = System.getProperty("bench.points", "");
        List<Load> loads = Load.ALL.stream()
                .filter(it -> only.isEmpty() || List.of(only.split(",")).contains(it.name()))
                .toList();
        loads.forEach(load -> List.of(anchor, ours).forEach(it -> run(it, load, WARM_UP)));
        Map<Load, List<Run>> anchors = new LinkedHashMap<>();
        Map<Load, List<Run>> runs = new LinkedHashMap<>();
        List<Double> kafka = new ArrayList<>();
        for (int round = 0; round < Rounds.COUNT; round++) {
            kafka.add(ProducerTool.recordsPerSecond(broker, directory));
            for (Load load : loads) {
                anchors.computeIfAbsent(load, any -> new ArrayList<>()).add(run(anchor, load, TIME));
                runs.computeIfAbsent(load, any -> new ArrayList<>()).add(run(ours, load, TIME));
            }
        }
        print(results, anchors, runs, Spread.of(kafka));
    }

    private Run run(Contestant contestant, Load load, Duration time) {
        long before = topics.count(contestant.topic());
        Duration own = contestant.process().cpuTime();
        Duration brokers = broker.process().cpuTime();
        Wrk.Result result = Wrk.run(
                contestant.address().resolve(Load.PATH),
                load.script(run++, tokens),
                load.connections(),
                time,
                directory);
        // What is left to do afterwards, such as reading the audit, is a cost of the records too.
        awaitRest(contestant.process());
        long acknowledged = result.requests() * load.batch();
        long stored = topics.count(contestant.topic()) - before;
        if (result.refused() > 0 || result.failed() > 0 || stored < acknowledged) {
            throw new IllegalStateException("%s at %s: %s, of whose records %d are stored"
                    .formatted(contestant.topic(), load.name(), result, stored));
        }
        return new Run(
                result.perSecond() * load.batch(),
                result.p50(),
                result.p99(),
                1e3 * seconds(contestant.process().cpuTime().minus(own)) / stored,
                1e3 * seconds(broker.process().cpuTime().minus(brokers)) / stored);
    }

    /** Until it uses a tenth of a processor at most. */
    private static void awaitRest(JavaProcess process) {
        long window = Duration.ofMillis(200).toNanos();
        long[] since = {System.nanoTime()};
        Duration[] used = {process.cpuTime()};
        process.awaitUntil(() -> {
            long now = System.nanoTime();
            if (now - since[0] < window) {
                return false;
            }
            Duration before = used[0];
            used[0] = process.cpuTime();
            boolean rests = used[0].minus(before).toNanos() < (now - since[0]) / 10;
            since[0] = now;
            return rests;
        });
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void print(Results results, Map<Load, List<Run>> anchors, Map<Load, List<Run>> runs, Spread kafka) {
        results.line(
                "Records per second over HTTP (min / median / max of %d rounds of %d s), batch x connections; the ceiling is Netty and one producer, acks=all, no checks."
                        .formatted(Rounds.COUNT, TIME.toSeconds()));
        results.header(
                "Point",
                "Ceiling",
                "ingest-service",
                "Ratio",
                LEAST_RATE.toString(),
                "p99 ratio",
                MOST_DELAY.toString());
        runs.forEach((load, ours) -> {
            List<Run> theirs = requireNonNull(anchors.get(load));
            double rate = median(ours, Run::records) / median(theirs, Run::records);
            double delay = median(ours, it -> seconds(it.p99())) / median(theirs, it -> seconds(it.p99()));
            results.row(
                    load.name(),
                    spread(theirs, Run::records),
                    spread(ours, Run::records),
                    Spread.rounded(rate),
                    results.verdict(load.name() + ": records/s to the ceiling's", rate, LEAST_RATE),
                    Spread.rounded(delay),
                    results.verdict(load.name() + ": p99 to the ceiling's", delay, MOST_DELAY));
        });
        results.line("");
        results.line("Kafka's own producer performance tool, acks=all: " + kafka + " records/s.");
        results.header(
                "Point (medians)",
                "Ceiling p50 / p99, ms",
                "ingest-service p50 / p99, ms",
                "Ceiling, CPU s per 1,000 records: own / broker",
                "ingest-service, the same");
        runs.forEach((load, ours) -> {
            List<Run> theirs = requireNonNull(anchors.get(load));
            results.row(load.name(), delays(theirs), delays(ours), costs(theirs), costs(ours));
        });
        results.tried("0018-cost-of-a-record-at-the-door.md");
    }

    private static String delays(List<Run> runs) {
        return Spread.rounded(1e3 * median(runs, it -> seconds(it.p50()))) + " / "
                + Spread.rounded(1e3 * median(runs, it -> seconds(it.p99())));
    }

    private static String costs(List<Run> runs) {
        return Spread.rounded(median(runs, Run::own)) + " / " + Spread.rounded(median(runs, Run::brokers));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.of(runs, figure).median();
    }

    private static String spread(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.of(runs, figure).toString();
    }

    @Override
    public void close() {
        service.close();
        ceiling.close();
        topics.close();
        broker.close();
    }
}

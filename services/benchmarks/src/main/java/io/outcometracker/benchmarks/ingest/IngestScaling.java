package io.outcometracker.benchmarks.ingest;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.Cores;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import io.outcometracker.benchmarks.stage.Tokens;
import io.outcometracker.benchmarks.stage.Wrk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** How many records several instances of ingest-service take together, with a core each. */
public final class IngestScaling {
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 3));
    private static final int MOST = 3;
    private static final Load LOAD = Load.ALL.stream()
            .filter(it -> it.name().equals("100x16"))
            .findFirst()
            .orElseThrow();

    private final Path directory;
    private final Broker broker;
    private final ExecutorService loads;
    private final List<Instance> instances = new ArrayList<>();
    private int run;

    private IngestScaling(Path directory, Broker broker, ExecutorService loads) {
        this.directory = directory;
        this.broker = broker;
        this.loads = loads;
    }

    /** @param home where its key and the load's script lie */
    private record Instance(Service service, Path home, List<String> tokens) {}

    /**
     * What all did together in one round.
     *
     * @param instances how much each used of its core, on average
     * @param brokers how much the broker used of the core that it has with the load
     * @param rest how much was used of it in all
     */
    private record Run(double records, double instances, double brokers, double rest) {}

    public static void run(Path directory, Results results) {
        ExecutorService loads = Executors.newFixedThreadPool(MOST);
        try (Broker broker = Broker.start(directory)) {
            new IngestScaling(directory, broker, loads).measure(results);
        } finally {
            loads.shutdown();
        }
    }

    private void measure(Results results) {
        results.header(
                "ingest-service, instances",
                "records/s: min / median / max",
                "of each instance",
                "to one instance",
                "used by each of its core",
                "records per second of a core used",
                "of the core of broker and load: broker, all");
        double one = 0;
        try {
            for (int core = 1; core <= MOST; core++) {
                instances.add(start(core));
                run(WARM_UP);
                List<Run> runs = new ArrayList<>();
                for (int round = 0; round < Rounds.COUNT; round++) {
                    runs.add(run(TIME));
                }
                Spread rates = Spread.of(runs, Run::records);
                one = core == 1 ? rates.median() : one;
                results.row(
                        String.valueOf(core),
                        rates.toString(),
                        Spread.rounded(rates.median() / core),
                        Spread.rounded(rates.median() / one),
                        median(runs, Run::instances),
                        median(runs, it -> it.records() / it.instances() / instances.size()),
                        String.join(", ", median(runs, Run::brokers), median(runs, Run::rest)));
            }
        } finally {
            instances.forEach(it -> it.service().close());
        }
    }

    private static String median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.rounded(Spread.of(runs, figure).median());
    }

    private Instance start(int core) {
        Path home = directory.resolve("core-" + core);
        Service service = Service.startOn(
                        core,
                        Service.INGEST,
                        broker,
                        home,
                        List.of("-Xms1g", "-Xmx1g"),
                        Map.of("OUTCOMES_INGEST_REQUESTS_PER_MINUTE", String.valueOf(Integer.MAX_VALUE)))
                .awaitReady();
        if (core == 1) {
            IngestBenchmark.putProtocol(service, home);
        }
        return new Instance(
                service,
                home,
                Load.sites().stream().map(it -> Tokens.ofSite(it, home)).toList());
    }

    /** Each instance has a load of its own. */
    private Run run(Duration time) {
        Duration own = used();
        Duration brokers = broker.process().cpuTime();
        Duration rest = Cores.firstUsed();
        long start = System.nanoTime();
        List<CompletableFuture<Wrk.Result>> results =
                instances.stream().map(it -> load(it, run++, time)).collect(Collectors.toList());
        double records = results.stream()
                .map(CompletableFuture::join)
                .mapToDouble(it -> accepted(it).perSecond() * LOAD.batch())
                .sum();
        double nanos = System.nanoTime() - start;
        return new Run(
                records,
                used().minus(own).toNanos() / nanos / instances.size(),
                broker.process().cpuTime().minus(brokers).toNanos() / nanos,
                Cores.firstUsed().minus(rest).toNanos() / nanos);
    }

    private CompletableFuture<Wrk.Result> load(Instance instance, int number, Duration time) {
        return CompletableFuture.supplyAsync(
                () -> Wrk.run(
                        instance.service().address().resolve(Load.PATH),
                        LOAD.script(number, instance.tokens()),
                        LOAD.connections(),
                        time,
                        instance.home()),
                loads);
    }

    private static Wrk.Result accepted(Wrk.Result result) {
        if (result.refused() > 0 || result.failed() > 0) {
            throw new IllegalStateException("not all was accepted: " + result);
        }
        return result;
    }

    private Duration used() {
        return instances.stream().map(it -> it.service().process().cpuTime()).reduce(Duration.ZERO, Duration::plus);
    }
}

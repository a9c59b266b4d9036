package io.outcometracker.benchmarks.freshness;

import static java.util.Objects.requireNonNull;

import io.outcometracker.benchmarks.stage.Bound;
import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.Results;
import io.outcometracker.benchmarks.stage.Rounds;
import io.outcometracker.benchmarks.stage.Service;
import io.outcometracker.benchmarks.stage.Spread;
import io.outcometracker.benchmarks.stage.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * From the answer to a site that posted a record to the numbers that have it: on the topic, by REST, by server-sent events. Under
 * a steady load of records and corrections, and with everything on one machine.
 */
public final class FreshnessBenchmark {
    /** The second tells how much of the first is the load. */
    private static final List<Integer> RATES = Stream.of(
                    System.getProperty("bench.rate", "2000,200").split(","))
            .map(Integer::valueOf)
            .toList();

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 3) * 5L);
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warm-up", 4) * 20L);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double MEDIAN = 150;
    private static final double SLOWEST = 400;
    private static final double READING = 50;
    /** Of a rate, what has to be accepted, and in how many seconds all of it shown, for it to be held. */
    private static final double LEAST_HELD = 0.98;

    private static final double MOST_BEHIND = 2;
    private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");

    private final Service ingest;
    private final Sender sender;
    private final Watch watch;
    private int probe;

    private FreshnessBenchmark(Service ingest, Sender sender, Watch watch) {
        this.ingest = ingest;
        this.sender = sender;
        this.watch = watch;
    }

    public static void run(Path directory, Results results) {
        try (Broker broker = Broker.start(directory);
                Service ingest = Service.start(
                        Service.INGEST,
                        broker,
                        directory,
                        HEAP,
                        Map.of("OUTCOMES_INGEST_REQUESTS_PER_MINUTE", String.valueOf(Integer.MAX_VALUE)));
                Service cohort = Service.start(Service.COHORT, broker, directory, HEAP, Map.of());
                Service metrics = Service.start(Service.METRICS, broker, directory, HEAP, Map.of())) {
            List.of(ingest, cohort, metrics).forEach(Service::awaitReady);
            put(ingest, directory);
            Sender sender = new Sender(
                    ingest.address(),
                    Trial.sites().stream()
                            .map(it -> Tokens.ofSite(it, directory))
                            .toList());
            try (Watch watch = new Watch(broker, metrics.address())) {
                new FreshnessBenchmark(ingest, sender, watch).measure(results);
            }
        }
    }

    private static void put(Service ingest, Path directory) {
        String address = "api/v1/trials/" + Trial.NAME;
        String json = "application/json";
        try {
            expect(201, ingest.put(address, Tokens.of("trial-manager", directory), json, Trial.protocol()));
            String randomisation = Tokens.of("randomisation", directory);
            expect(202, ingest.post(address + "/enrolments", randomisation, json, Trial.enrolments()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
    }

    private void measure(Results results) {
        results.line(
                ("Milliseconds from the answer to who posted one record to the numbers that have it, beside a steady load of 48 other"
                                + " endpoints of its trial, most of it corrections, in lists of 20: %d rounds of %d s, one such record"
                                + " about every %d ms. Nothing waits in between: whoever asks by REST asks again at once.")
                        .formatted(Rounds.COUNT, TIME.toSeconds(), PAUSE.toMillis()));
        round(RATES.get(0), WARM_UP);
        RATES.forEach(rate -> measure(results, rate));
        results.tried("0019-publishing-in-slices.md", "0021-figures-kept-by-change.md");
    }

    private void measure(Results results, int perSecond) {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < Rounds.COUNT; i++) {
            rounds.add(round(perSecond, TIME));
        }
        Spread accepted = Spread.of(rounds, Round::rate);
        Spread behind = Spread.of(rounds, Round::behind);
        boolean held = accepted.median() >= LEAST_HELD * perSecond && behind.median() <= MOST_BEHIND;
        results.line("");
        results.line("At %d records/s: %s accepted; the last one shown %s s after the load had ended%s."
                .formatted(perSecond, accepted, behind, held ? "" : ", **so this rate is not held**"));
        results.header("To", "p50: min / median / max", "Target", "", "p99: min / median / max", "Target", "");
        for (Watch.Place place : Watch.Place.values()) {
            double more = place == Watch.Place.TOPIC ? 0 : READING;
            Bound median = Bound.atMost(MEDIAN + more);
            Bound slowest = Bound.atMost(SLOWEST + more);
            Spread p50 = Spread.of(rounds, it -> it.millis(place, 0.5));
            Spread p99 = Spread.of(rounds, it -> it.millis(place, 0.99));
            String rate = "%s, at %d records/s: ".formatted(place.title(), perSecond);
            results.row(
                    place.title(),
                    p50.toString(),
                    median.toString(),
                    results.verdict(rate + "p50, ms", p50.median(), median),
                    p99.toString(),
                    slowest.toString(),
                    results.verdict(rate + "p99, ms", p99.median(), slowest));
        }
    }

    /**
     * @param rate records of the load that were accepted, for each second
     * @param behind seconds from the end of the load until all was shown
     * @param delays by place, in milliseconds
     */
    private record Round(double rate, double behind, Map<Watch.Place, List<Double>> delays) {
        double millis(Watch.Place place, double quantile) {
            double[] sorted = requireNonNull(delays.get(place)).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            return Quantile.withDefaults().evaluate(sorted, quantile);
        }
    }

    private Round round(int perSecond, Duration time) {
        int first = probe;
        long start = System.nanoTime();
        long loaded;
        double seconds;
        try (Sender.Load load = sender.load(perSecond)) {
            while (System.nanoTime() - start < time.toNanos()) {
                watch.answered(probe, sender.probe(probe));
                probe++;
                pause();
            }
            seconds = (System.nanoTime() - start) / 1e9;
            loaded = load.accepted();
        }
        long end = System.nanoTime();
        ingest.process().awaitUntil(() -> watch.hasSeen(probe), PATIENCE);
        return new Round(loaded / seconds, (System.nanoTime() - end) / 1e9, watch.delays(first, probe));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

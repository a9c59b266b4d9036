package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.endtoend.Client.Answer;
import io.outcometracker.endtoend.LoadedSite.Letter;
import io.outcometracker.endtoend.LoadedSite.RecordId;
import io.outcometracker.testkit.TestKafka;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sites that send at a steady rate, and send again whatever was not acknowledged, to any instance that answers. */
final class Load implements AutoCloseable {
    private static final List<String> SITES = List.of("S1", "S2", "S3", "S4");
    private static final int TRIALS = 2;
    private static final Duration PACE = Duration.ofMillis(150);
    /** Longer than the ingest-service waits for Kafka. */
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private static final Set<Integer> TO_BE_SENT_AGAIN = Set.of(429, 502, 503, 504);

    private final ComposeProduct product;
    private final long seed;
    private final List<String> trials;
    private final List<Sender> senders;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(SITES.size());
    private final List<Future<?>> sending = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<RecordId, Set<Integer>> acknowledged = new ConcurrentHashMap<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private volatile boolean ending;
    private final AtomicInteger timesAgain = new AtomicInteger();
    private volatile List<URI> addresses;

    private Load(ComposeProduct product, long seed) {
        this.product = product;
        this.seed = seed;
        trials = Stream.generate(() -> TestKafka.unique("load")).limit(TRIALS).toList();
        addresses = product.ingest();
        Random random = new Random(seed);
        senders = SITES.stream()
                .map(it -> new Sender(new LoadedSite(it, trials, new Random(random.nextLong()))))
                .toList();
    }

    /** The seed is {@code -Dtest.seed}, or a new one. */
    static Load start(ComposeProduct product) {
        Load load = new Load(
                product, Long.getLong("test.seed", ThreadLocalRandom.current().nextLong()));
        // A connection to an instance that died since may be tried first.
        load.trials.forEach(trial -> await().atMost(ProductProcess.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(product.client()
                                .put(trial, Suite.protocol("load"))
                                .status())
                        .isIn(200, 201)));
        load.senders.forEach(it -> load.sending.add(
                load.scheduler.scheduleWithFixedDelay(it::send, 0, PACE.toMillis(), TimeUnit.MILLISECONDS)));
        return load;
    }

    /** One site with its connection: one request at a time. */
    private final class Sender {
        private final LoadedSite site;
        private @Nullable Letter letter;
        private volatile boolean done;
        private int again;

        Sender(LoadedSite site) {
            this.site = site;
        }

        void send() {
            try {
                if (again < timesAgain.get()) {
                    again++;
                    site.sendAllAgain();
                }
                if (letter == null) {
                    letter = ending ? site.rest().orElse(null) : site.next();
                    done = letter == null;
                }
                if (letter != null && isAcknowledged(letter)) {
                    letter = null;
                }
            } catch (RuntimeException | AssertionError e) {
                unexpected.add(e.toString());
            }
        }

        private boolean isAcknowledged(Letter letter) {
            Answer answer;
            try {
                answer = post(letter);
            } catch (UncheckedIOException e) {
                addresses = whoIsThere();
                return false;
            }
            if (TO_BE_SENT_AGAIN.contains(answer.status())) {
                return false;
            }
            if (answer.status() != 202) {
                unexpected.add(answer.status() + " " + answer.body());
                return false;
            }
            int index = 0;
            for (JsonNode result : answer.json().get("results")) {
                ObjectNode record = letter.records().get(index++);
                assertThat(result.get("status").stringValue()).isEqualTo("accepted");
                acknowledged
                        .computeIfAbsent(
                                RecordId.of(letter.trial(), letter.kind(), record), it -> ConcurrentHashMap.newKeySet())
                        .add(record.get("version").intValue());
            }
            return true;
        }

        private Answer post(Letter letter) {
            List<URI> now = addresses;
            if (now.isEmpty()) {
                throw new UncheckedIOException(new ConnectException("nobody is there"));
            }
            sent.addAndGet(letter.records().size());
            URI ingest = now.get(ThreadLocalRandom.current().nextInt(now.size()));
            Client client = new Client(ingest, ingest, product.tokens());
            return client.send(client.posting(ingest, letter.trial(), letter.kind(), letter.body())
                    .timeout(ANSWER));
        }
    }

    private List<URI> whoIsThere() {
        try {
            return product.ingest();
        } catch (AssertionError whileOneGoes) {
            return List.of();
        }
    }

    /** Waits until so many records more are acknowledged. */
    void awaitMore(int records) {
        int before = acknowledged();
        await().atMost(ProductProcess.PATIENCE).until(() -> acknowledged() >= before + records);
    }

    /** From now on all that was sent so far is sent once more, too. */
    void sendAllAgain() {
        timesAgain.incrementAndGet();
    }

    /** Nothing new is sent; waits until all that was sent is acknowledged. */
    void end() {
        ending = true;
        await().atMost(ProductProcess.PATIENCE)
                .untilAsserted(() -> assertThat(senders).as("%s", unexpected).allMatch(it -> it.done));
        sending.forEach(it -> it.cancel(false));
    }

    long seed() {
        return seed;
    }

    List<String> trials() {
        return trials;
    }

    /** Records, as often as they were sent. */
    int sent() {
        return sent.get();
    }

    /** Versions of records that were accepted. */
    int acknowledged() {
        return acknowledged.values().stream().mapToInt(Set::size).sum();
    }

    Map<RecordId, Set<Integer>> versions() {
        return acknowledged;
    }

    /** Answers that no fault is a reason for. */
    Queue<String> unexpected() {
        return unexpected;
    }

    /** Of each record that was sent the version that stands: once, and in the order of time. */
    List<Letter> latest(String trial, String kind) {
        return senders.stream()
                .flatMap(it -> it.site.latest().entrySet().stream())
                .filter(it ->
                        it.getKey().trial().equals(trial) && it.getKey().kind().equals(kind))
                .map(it -> new Letter(trial, kind, List.of(it.getValue())))
                .toList();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}

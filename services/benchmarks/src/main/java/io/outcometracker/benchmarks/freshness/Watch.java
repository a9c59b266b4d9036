package io.outcometracker.benchmarks.freshness;

import static java.util.Objects.requireNonNull;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the number of scores where probes go to, at each place at which numbers are to be had, and notes when it grew. */
final class Watch implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String KEY = Trial.NAME + '|' + Trial.PROBED + "|all";
    private static final String FILTER = "?visit=PROBE&instrument=SCORE-0&by=all";
    private static final String DATA = "data:";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final URI trial;
    private final Consumer<String, CohortMetric> consumer;
    private final Map<Integer, Long> answered = new ConcurrentHashMap<>();
    /** By place and number of scores, when it was first seen. */
    private final Map<Place, Map<Long, Long>> seen = new EnumMap<>(Place.class);

    private volatile boolean closed;

    /** Where numbers are read. */
    enum Place {
        TOPIC("topic"),
        REST("REST"),
        EVENTS("server-sent events");

        private final String title;

        Place(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    Watch(Broker broker, URI metrics) {
        trial = metrics.resolve("api/v1/trials/" + Trial.NAME + "/");
        for (Place place : Place.values()) {
            seen.put(place, new ConcurrentHashMap<>());
        }
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(
                settings,
                new StringDeserializer(),
                Topics.COHORT_METRICS.serde().deserializer());
        List<TopicPartition> partitions = IntStream.range(0, Topics.COHORT_METRICS.partitions())
                .mapToObj(it -> new TopicPartition(Topics.COHORT_METRICS.name(), it))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        readers.execute(this::readTopic);
        readers.execute(this::ask);
        readers.execute(this::follow);
    }

    private void readTopic() {
        try (consumer) {
            while (!closed) {
                consumer.poll(Duration.ofMillis(20)).forEach(it -> {
                    if (it.key().equals(KEY) && it.value() != null && it.value().value() != null) {
                        note(Place.TOPIC, it.value().value().n());
                    }
                });
            }
        }
    }

    private void ask() {
        HttpRequest request =
                HttpRequest.newBuilder(trial.resolve("metrics" + FILTER)).build();
        try {
            while (!closed) {
                JsonNode answer = JSON.readTree(
                        http.send(request, BodyHandlers.ofString()).body());
                if (answer.isArray() && !answer.isEmpty()) {
                    note(Place.REST, answer.get(0).path("n").asLong(0));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        HttpRequest request =
                HttpRequest.newBuilder(trial.resolve("events" + FILTER)).build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                http.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            boolean metrics = false;
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    metrics = line.endsWith("metrics");
                } else if (metrics && line.startsWith(DATA)) {
                    note(
                            Place.EVENTS,
                            JSON.readTree(line.substring(DATA.length()))
                                    .path("n")
                                    .asLong(0));
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new java.io.UncheckedIOException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Place place, long scores) {
        requireNonNull(seen.get(place)).putIfAbsent(scores, System.nanoTime());
    }

    void answered(int probe, long at) {
        answered.put(probe, at);
    }

    /** Whether so many probes, all that there are, are seen at each place. */
    boolean hasSeen(int probes) {
        return seen.values().stream().allMatch(it -> it.containsKey((long) probes));
    }

    /** In milliseconds; 0 for what was seen before its answer. The first number that has a probe may have later ones, too. */
    Map<Place, List<Double>> delays(int first, int end) {
        Map<Place, List<Double>> delays = new EnumMap<>(Place.class);
        seen.forEach((place, times) -> delays.put(
                place,
                IntStream.range(first, end)
                        .mapToObj(probe -> {
                            long at = IntStream.rangeClosed(probe + 1, end)
                                    .mapToObj(it -> times.get((long) it))
                                    .filter(it -> it != null)
                                    .findFirst()
                                    .orElseThrow();
                            return Math.max(0, at - requireNonNull(answered.get(probe))) / 1e6;
                        })
                        .toList()));
        return delays;
    }

    @Override
    public void close() {
        closed = true;
        readers.shutdown();
    }
}

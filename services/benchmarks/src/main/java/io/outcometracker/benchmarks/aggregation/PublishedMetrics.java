package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what is published of the cohorts, until it is what must come out. */
final class PublishedMetrics<V> implements AutoCloseable {
    /** Of each topic with what is published. */
    static final int PARTITIONS = Topics.COHORT_METRICS_UNBLINDED.partitions();

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Function<ConsumerRecord<String, V>, Published> reading;
    private final Consumer<String, V> consumer;
    private final Set<String> missing;
    private Expected expected;

    /** @param cohort with its endpoint, as in what is expected */
    private record Published(String cohort, long n, double mean) {}

    /** What cohort-service publishes to the unblinded audience. */
    static PublishedMetrics<CohortMetric> ofService(Broker broker, Expected expected) {
        return new PublishedMetrics<>(
                broker,
                expected,
                Topics.COHORT_METRICS_UNBLINDED.name(),
                Topics.COHORT_METRICS_UNBLINDED.serde().deserializer(),
                PublishedMetrics::metric);
    }

    /** What Flink SQL writes to a topic: JSON, with the columns of the primary key in the message's key. */
    static PublishedMetrics<String> ofFlink(Broker broker, Expected expected, String topic) {
        return new PublishedMetrics<>(broker, expected, topic, new StringDeserializer(), PublishedMetrics::row);
    }

    private PublishedMetrics(
            Broker broker,
            Expected expected,
            String topic,
            Deserializer<V> deserializer,
            Function<ConsumerRecord<String, V>, Published> reading) {
        this.expected = expected;
        this.reading = reading;
        missing = new HashSet<>(expected.byCohort().keySet());
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), deserializer);
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(it -> new TopicPartition(topic, it))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    private static Published metric(ConsumerRecord<String, CohortMetric> message) {
        CohortMetric.Distribution value = message.value().value();
        return value == null || value.mean() == null
                ? new Published(message.key(), 0, Double.NaN)
                : new Published(message.key(), value.n(), value.mean());
    }

    private static Published row(ConsumerRecord<String, String> message) {
        JsonNode key = JSON.readTree(message.key());
        String cohort = String.join(
                "|",
                key.get("trial").asString(),
                key.get("visit").asString(),
                key.get("instrument").asString(),
                Cohort.arm(key.get("arm").asString()).toString());
        if (message.value() == null) {
            return new Published(cohort, 0, Double.NaN);
        }
        JsonNode row = JSON.readTree(message.value());
        return new Published(cohort, row.get("n").asLong(), row.get("mean").asDouble());
    }

    /** From now on something else, where what was expected has come. What comes out the same is not published again. */
    void expect(Expected next) {
        next.byCohort().forEach((cohort, figures) -> {
            if (!figures.equals(expected.byCohort().get(cohort))) {
                missing.add(cohort);
            }
        });
        expected = next;
    }

    /** Whether n and mean of all that is expected are right. */
    boolean areExact() {
        consumer.poll(Duration.ofMillis(5)).forEach(it -> {
            Published published = reading.apply(it);
            Expected.Figures wanted = expected.byCohort().get(published.cohort);
            if (wanted != null) {
                if (wanted.matches(published.n, published.mean)) {
                    missing.remove(published.cohort);
                } else {
                    missing.add(published.cohort);
                }
            }
        });
        return missing.isEmpty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

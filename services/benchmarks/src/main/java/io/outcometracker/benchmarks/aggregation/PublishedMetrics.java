package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what cohort-service publishes to the unblinded audience, until it is what must come out. */
final class PublishedMetrics implements AutoCloseable {
    private final Consumer<String, CohortMetric> consumer;
    private final Set<String> missing;
    private Expected expected;

    PublishedMetrics(Broker broker, Expected expected) {
        this.expected = expected;
        missing = new HashSet<>(expected.byCohort().keySet());
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        consumer = new KafkaConsumer<>(
                settings,
                new StringDeserializer(),
                Topics.COHORT_METRICS_UNBLINDED.serde().deserializer());
        List<TopicPartition> partitions = IntStream.range(0, Topics.COHORT_METRICS_UNBLINDED.partitions())
                .mapToObj(it -> new TopicPartition(Topics.COHORT_METRICS_UNBLINDED.name(), it))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
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

    /** Whether n and mean of all endpoints, of the whole trial and of each arm, are right. */
    boolean areExact() {
        consumer.poll(Duration.ofMillis(5)).forEach(it -> {
            Expected.Figures wanted = expected.byCohort().get(it.key());
            if (wanted != null) {
                CohortMetric.Distribution value = it.value().value();
                if (value != null && value.mean() != null && wanted.matches(value.n(), value.mean())) {
                    missing.remove(it.key());
                } else {
                    missing.add(it.key());
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

package io.outcometracker.metrics;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A broker that no other test sees: it starts without topics and can be taken away. */
final class OwnBroker implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

    OwnBroker() {
        broker.brokerListProperty(EmbeddedKafkaBroker.SPRING_EMBEDDED_KAFKA_BROKERS);
        broker.brokerProperties(Map.of("auto.create.topics.enable", "false"));
        broker.afterPropertiesSet();
    }

    String bootstrapServers() {
        return broker.getBrokersAsString();
    }

    Map<String, Object> settings() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    void createTopics() {
        TopicSetup.ensure(settings(), Topics.all());
    }

    /** Adds partitions, and waits until each can be written to: the answer of the broker comes before that. */
    void increasePartitions(Topic<?> topic, int count) throws Exception {
        try (Admin admin = Admin.create(settings())) {
            admin.createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(count)))
                    .all()
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> each = IntStream.range(0, count)
                    .mapToObj(it -> new TopicPartition(topic.name(), it))
                    .collect(toMap(it -> it, it -> OffsetSpec.latest()));
            admin.listOffsets(each).all().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    void publish(CohortMetric... metrics) {
        publish(Topics.COHORT_METRICS, List.of(metrics), CohortMetric::key);
    }

    <V> void publish(Topic<V> topic, List<V> values, Function<V, String> key) {
        send(
                topic,
                values.stream()
                        .map(it -> new ProducerRecord<>(topic.name(), key.apply(it), it))
                        .toList());
    }

    <V> void publish(Topic<V> topic, String key, @Nullable V value) {
        send(topic, List.of(new ProducerRecord<>(topic.name(), key, value)));
    }

    private <V> void send(Topic<V> topic, List<ProducerRecord<String, V>> messages) {
        try (var producer = new KafkaProducer<>(
                settings(), new StringSerializer(), topic.serde().serializer())) {
            List<Future<RecordMetadata>> sent =
                    messages.stream().map(producer::send).toList();
            assertThat(sent).allSatisfy(it -> assertThat(it).succeedsWithin(TIMEOUT));
        }
    }

    void shutDown() {
        server().shutdown();
        server().awaitShutdown();
    }

    void startUp() {
        server().startup();
    }

    private BrokerServer server() {
        return broker.getCluster().brokers().get(0);
    }

    @Override
    public void close() {
        broker.destroy();
    }
}

package io.outcometracker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** What a test does with a broker, whichever it is: {@code KafkaAccess kafka = () -> "127.0.0.1:9092"}. */
@FunctionalInterface
public interface KafkaAccess {

    /** How long a broker may take for anything. */
    Duration TIMEOUT = Duration.ofMinutes(2);

    String bootstrapServers();

    /** The settings that every client of the broker needs. */
    default Map<String, Object> clientSettings() {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    }

    /** Creates a topic with a {@linkplain TestKafka#unique unique} name and returns the name. */
    default String createTopic(String prefix, int partitions) {
        String name = TestKafka.unique(prefix);
        try (Admin admin = Admin.create(clientSettings())) {
            var created = admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
            assertThat(created.all().toCompletionStage()).succeedsWithin(TIMEOUT);
        }
        return name;
    }

    default <V> void produce(Topic<V> topic, String key, @Nullable V value) {
        produce(
                new StringSerializer(),
                topic.serde().serializer(),
                List.of(new ProducerRecord<>(topic.name(), key, value)));
    }

    /** Sends the records in their order and returns when the broker has acknowledged all of them. */
    default <K, V> void produce(Serializer<K> keys, Serializer<V> values, Iterable<ProducerRecord<K, V>> records) {
        try (var producer = new KafkaProducer<>(clientSettings(), keys, values)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(it -> sent.add(producer.send(it)));
            producer.flush();
            assertThat(sent).allSatisfy(it -> assertThat(it).succeedsWithin(TIMEOUT));
        }
    }

    default <V> List<ConsumerRecord<String, V>> read(
            Topic<V> topic, Consumer<? super List<ConsumerRecord<String, V>>> expectation) {
        return read(topic.name(), new StringDeserializer(), topic.serde().deserializer(), expectation);
    }

    /**
     * Reads a topic, which may not exist yet, until the expectation holds for all its committed records. The
     * expectation only ever sees complete topics, never the half of what was there, so it may also say what is not to
     * be found.
     *
     * @return the records, in order within each partition
     * @throws org.awaitility.core.ConditionTimeoutException with the last {@code AssertionError} of the expectation,
     *     after 2 min
     */
    default <K, V> List<ConsumerRecord<K, V>> read(
            String topic,
            Deserializer<K> keys,
            Deserializer<V> values,
            Consumer<? super List<ConsumerRecord<K, V>>> expectation) {
        Map<String, Object> settings = Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                100_000);
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, keys, values)) {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> {
                        readToTheEnd(consumer, topic, records);
                        expectation.accept(records);
                    });
        }
        return records;
    }

    private static <K, V> void readToTheEnd(
            KafkaConsumer<K, V> consumer, String topic, List<ConsumerRecord<K, V>> records) {
        if (consumer.assignment().isEmpty()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(it -> new TopicPartition(topic, it.partition()))
                    .toList();
            assertThat(partitions).as("partitions of %s", topic).isNotEmpty();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        assertThat(end)
                .allSatisfy((partition, offset) -> assertThat(consumer.position(partition))
                        .as("position in %s", partition)
                        .isGreaterThanOrEqualTo(offset));
    }
}

package io.outcometracker.cohort.verify;

import io.outcometracker.contract.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads all topics from their start, and on as long as it is asked to. Belongs to no group and leaves no trace. */
final class LogReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Consumer<String, byte @Nullable []> consumer;

    /** @param kafkaSettings at least {@code bootstrap.servers} */
    LogReader(Map<String, Object> kafkaSettings) {
        Map<String, Object> settings = new HashMap<>(kafkaSettings);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = Stream.concat(Log.REPORTED.stream(), Log.PUBLISHED.stream())
                    .flatMap(this::partitions)
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private Stream<TopicPartition> partitions(Topic<?> topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic.name());
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("there is no topic " + topic.name());
        }
        return partitions.stream().map(it -> new TopicPartition(it.topic(), it.partition()));
    }

    /**
     * Reads on to where all topics ended when it was called.
     *
     * @return the trials of which something came
     */
    Set<String> readOn(Log log) {
        Set<String> trials = new HashSet<>();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long quietSince = System.nanoTime();
        do {
            ConsumerRecords<String, byte @Nullable []> messages = consumer.poll(POLL);
            messages.forEach(it -> trials.add(log.add(it)));
            if (!messages.isEmpty()) {
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > SILENCE.toNanos()) {
                throw new IllegalStateException("Kafka sends nothing although there is more to read");
            }
        } while (ends.entrySet().stream().anyMatch(it -> consumer.position(it.getKey()) < it.getValue()));
        return trials;
    }

    @Override
    public void close() {
        consumer.close();
    }
}

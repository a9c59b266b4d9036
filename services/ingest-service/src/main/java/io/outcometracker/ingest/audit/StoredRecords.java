package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.RecordSeal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads records from where audit entries say that they lie. */
public final class StoredRecords {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Duration timeout;

    /** @param consumers make one for each call, which gives one message at a time */
    public StoredRecords(Supplier<Consumer<String, byte[]>> consumers, Duration timeout) {
        this.consumers = consumers;
        this.timeout = timeout;
    }

    /**
     * The value of each message; empty where it is there no longer, or is another than was sealed.
     *
     * @throws KafkaException if Kafka does not answer in time
     */
    public List<Optional<byte[]>> read(List<AuditObject> objects) {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            long deadline = System.nanoTime() + timeout.toNanos();
            return objects.stream().map(it -> read(consumer, it, deadline)).toList();
        }
    }

    private static Optional<byte[]> read(Consumer<String, byte[]> consumer, AuditObject object, long deadline) {
        if (object.topic() == null || object.partition() == null || object.offset() == null) {
            return Optional.empty();
        }
        TopicPartition partition = new TopicPartition(object.topic(), object.partition());
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        long end = consumer.endOffsets(only).getOrDefault(partition, 0L);
        if (object.offset() >= end) {
            return Optional.empty();
        }
        consumer.seek(partition, object.offset());
        // What a transaction leaves takes an offset, too, but is never given.
        while (consumer.position(partition) == object.offset()) {
            for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
                boolean itself = message.offset() == object.offset()
                        && RecordSeal.of(message.headers(), message.value()).equals(Optional.ofNullable(object.seal()));
                return itself ? Optional.of(message.value()) : Optional.empty();
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no answer in time");
            }
        }
        return Optional.empty();
    }
}

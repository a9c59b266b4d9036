package io.outcometracker.ingest.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Reads what the audit says of a trial from the topic itself, in the order in which it lies there. */
public final class TrialAudit {
    private static final Logger log = LoggerFactory.getLogger(TrialAudit.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** By how much clocks of services and brokers may differ. */
    private static final Duration SKEW = Duration.ofMinutes(10);
    /** So that an answer to which nothing fits comes, too; other trials lie between. */
    private static final int MOST_LOOKED_AT = 50_000;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Duration timeout;

    /** @param consumers make one for each call */
    public TrialAudit(Supplier<Consumer<String, byte[]>> consumers, Duration timeout) {
        this.consumers = consumers;
        this.timeout = timeout;
    }

    /**
     * An entry, and all that was written of it, so that its hash can be computed.
     *
     * @param written as JSON
     */
    public record Told(AuditEntry entry, ObjectNode written) {}

    /**
     * Where it was read to.
     *
     * @param after the last position that was looked at
     * @param more whether there was more when it was read
     */
    public record Position(long after, boolean more) {}

    /**
     * Gives the entries of the trial one by one.
     *
     * @param after position after which they are; -1 for the first
     * @param since those that were received before are passed over
     * @param sink says whether it takes more
     * @throws KafkaException if Kafka does not answer in time
     */
    public Position read(String trial, long after, @Nullable Instant since, Predicate<Told> sink) {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            TopicPartition partition = partition(consumer, trial);
            List<TopicPartition> only = List.of(partition);
            consumer.assign(only);
            long end = consumer.endOffsets(only).getOrDefault(partition, 0L);
            if (after >= end - 1) {
                return new Position(after, false);
            }
            long first = Math.max(
                    Math.max(after + 1, consumer.beginningOffsets(only).getOrDefault(partition, 0L)),
                    since == null ? 0 : firstOffset(consumer, partition, since, end));
            if (first >= end) {
                return new Position(end - 1, false);
            }
            consumer.seek(partition, first);
            return read(consumer, partition, end, told -> {
                boolean fits = told.entry().trial() != null
                        && told.entry().trial().equals(trial)
                        && (since == null || !told.entry().receivedAt().isBefore(since));
                return !fits || sink.test(told);
            });
        }
    }

    private Position read(Consumer<String, byte[]> consumer, TopicPartition partition, long end, Predicate<Told> sink) {
        long quietSince = System.nanoTime();
        int lookedAt = 0;
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
                quietSince = System.nanoTime();
                boolean goOn = told(message).map(sink::test).orElse(true) && ++lookedAt < MOST_LOOKED_AT;
                if (!goOn || message.offset() + 1 >= end) {
                    return new Position(message.offset(), message.offset() + 1 < end);
                }
            }
            if (System.nanoTime() - quietSince > timeout.toNanos()) {
                throw new TimeoutException("no answer in time");
            }
        }
        return new Position(end - 1, false);
    }

    /** All entries of a trial lie in the partition of its key, as every producer has it by default. */
    private static TopicPartition partition(Consumer<String, byte[]> consumer, String trial) {
        String topic = Topics.AUDIT.name();
        int partitions = consumer.partitionsFor(topic).size();
        return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(trial.getBytes(UTF_8))) % partitions);
    }

    private static long firstOffset(
            Consumer<String, byte[]> consumer, TopicPartition partition, Instant since, long end) {
        long millis = Math.max(0, since.minus(SKEW).toEpochMilli());
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, millis)).get(partition);
        return found == null ? end : found.offset();
    }

    /** What cannot be read as an entry is named by {@link AuditVerification}. */
    private static Optional<Told> told(ConsumerRecord<String, byte[]> message) {
        try {
            AuditEntry entry = Topics.AUDIT.serde().deserializer().deserialize(message.topic(), message.value());
            return entry == null
                    ? Optional.empty()
                    : Optional.of(new Told(entry, (ObjectNode) Json.MAPPER.readTree(message.value())));
        } catch (JacksonException | SerializationException e) {
            log.atWarn()
                    .addKeyValue("partition", message.partition())
                    .addKeyValue("offset", message.offset())
                    .log("no audit entry");
            return Optional.empty();
        }
    }
}

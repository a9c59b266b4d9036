package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the audit and all that it is about from their start, and names what does not agree. An entry is written after its
 * record, so what is missing while records come is looked at again when patience is over.
 */
final class AuditVerification implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Consumer<String, byte @Nullable []> consumer;
    private final Map<String, Topic<?>> audited = new HashMap<>();
    private final Map<Chain, Head> remembered;
    private final ChainCheck chains = new ChainCheck();
    private final RecordCheck records = new RecordCheck();

    /**
     * What came of it.
     *
     * @param heads where each chain ends
     */
    record Report(long entries, long records, Map<Chain, Head> heads, List<Finding> findings) {}

    private AuditVerification(Map<String, Object> kafkaSettings, Map<Chain, Head> remembered) {
        this.remembered = remembered;
        RecordCheck.AUDITED.keySet().forEach(it -> audited.put(it.name(), it));
        Map<String, Object> settings = new HashMap<>(kafkaSettings);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * @param remembered heads that were there before
     * @param patience for how long something must be wrong; longer than a record may wait for its entry
     */
    static Report run(Map<String, Object> kafkaSettings, Map<Chain, Head> remembered, Duration patience) {
        try (AuditVerification verification = new AuditVerification(kafkaSettings, remembered)) {
            return verification.run(patience);
        }
    }

    private Report run(Duration patience) {
        List<TopicPartition> partitions = Stream.concat(Stream.of(Topics.AUDIT.name()), audited.keySet().stream())
                .flatMap(this::partitions)
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long start = System.nanoTime();
        readOn();
        Set<Finding> findings = findings();
        while (!findings.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
            consumer.poll(POLL).forEach(this::add);
            if (!chains.findings(remembered).isEmpty() && records.findings().isEmpty()) {
                break;
            }
        }
        readOn();
        findings.retainAll(findings());
        return new Report(chains.entries(), records.records(), chains.heads(), new ArrayList<>(findings));
    }

    private Set<Finding> findings() {
        Set<Finding> all = new LinkedHashSet<>(chains.findings(remembered));
        all.addAll(records.findings());
        return all;
    }

    private Stream<TopicPartition> partitions(String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("there is no topic " + topic);
        }
        return partitions.stream().map(it -> new TopicPartition(it.topic(), it.partition()));
    }

    /** To where all topics ended when it was called. */
    private void readOn() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long quietSince = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
            ConsumerRecords<String, byte @Nullable []> messages = consumer.poll(POLL);
            messages.forEach(this::add);
            if (!messages.isEmpty()) {
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > SILENCE.toNanos()) {
                throw new IllegalStateException("Kafka sends nothing although there is more to read");
            }
        }
    }

    private void add(ConsumerRecord<String, byte @Nullable []> message) {
        Topic<?> topic = audited.get(message.topic());
        if (topic == null) {
            chains.add(message).ifPresent(records::add);
        } else {
            records.add(topic, message);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

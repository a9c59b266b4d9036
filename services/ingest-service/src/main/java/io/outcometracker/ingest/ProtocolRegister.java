package io.outcometracker.ingest;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The latest protocol of each trial, as the topic of trials has it. */
final class ProtocolRegister {
    private final Map<String, Protocol> protocols = new ConcurrentHashMap<>();
    private final TopicReader<Protocol> reader;

    ProtocolRegister(Supplier<Consumer<String, byte[]>> consumers) {
        this.reader = new TopicReader<>(Topics.TRIALS, TopicReader.From.BEGINNING, consumers, this::hold);
    }

    void start(Duration timeout) {
        reader.start(timeout);
    }

    void stop() {
        reader.close();
    }

    Optional<Protocol> find(String trial) {
        return Optional.ofNullable(protocols.get(trial));
    }

    /** Whether what was written there is held within the time. */
    boolean awaitRead(RecordMetadata written, Duration timeout) {
        try {
            return reader.awaitRead(written.partition(), written.offset(), timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void hold(String trial, @Nullable Protocol protocol) {
        if (protocol == null) {
            protocols.remove(trial);
        } else {
            protocols.put(trial, protocol);
        }
    }
}

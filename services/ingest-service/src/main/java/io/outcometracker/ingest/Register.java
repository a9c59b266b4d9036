package io.outcometracker.ingest;

import io.outcometracker.contract.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The latest value of each key of a small topic. */
final class Register<V> {
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final TopicReader<V> reader;

    Register(Topic<V> topic, Supplier<Consumer<String, byte[]>> consumers) {
        this.reader = new TopicReader<>(topic, consumers, this::hold);
    }

    void start(Duration timeout) {
        reader.start(timeout);
    }

    void stop() {
        reader.close();
    }

    Optional<V> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    List<V> values() {
        return List.copyOf(values.values());
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

    void hold(String key, @Nullable V value) {
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }
}

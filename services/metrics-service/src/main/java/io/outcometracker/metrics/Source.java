package io.outcometracker.metrics;

import io.outcometracker.contract.Topic;
import org.jspecify.annotations.Nullable;

/** A topic, and where its messages go. */
record Source<V>(Topic<V> topic, Folding<V> into) {

    interface Folding<V> {
        /** @param value absent for a tombstone */
        void fold(MetricsFold fold, String key, @Nullable V value);
    }

    /**
     * @param value absent for a tombstone, which is a message without a value, not one whose value reads {@code null}
     * @throws RuntimeException if the message cannot be read; its text may quote the message
     */
    void read(String key, byte @Nullable [] value, MetricsFold fold) {
        into.fold(fold, key, value == null ? null : topic.serde().deserializer().deserialize(topic.name(), value));
    }
}

package io.outcometracker.ingest;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** What the streams of this service keep. */
final class StateStores {
    private StateStores() {}

    /**
     * To be looked up now: it may be another one the next time.
     *
     * @param streams absent before their first start
     * @throws InvalidStateStoreException if it cannot be looked up at the moment: the streams start, catch up, or have
     *     failed
     */
    static <V> ReadOnlyKeyValueStore<String, V> of(@Nullable KafkaStreams streams, String name) {
        if (streams == null) {
            throw new InvalidStateStoreException("the streams have not started");
        }
        try {
            return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
        } catch (IllegalStateException e) {
            throw new InvalidStateStoreException("the streams have ended", e);
        }
    }
}

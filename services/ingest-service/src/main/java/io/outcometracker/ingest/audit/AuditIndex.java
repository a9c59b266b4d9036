package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The audit as it is looked up: the versions of each follow-up and adverse event, and where each chain ends. It holds
 * where records lie, not what they say.
 */
public final class AuditIndex {
    public static final String STORE = "audit-index";

    private static final Set<ObjectType> LOOKED_UP = Set.of(ObjectType.FOLLOW_UP, ObjectType.ADVERSE_EVENT);

    private final Supplier<ReadOnlyKeyValueStore<String, byte[]>> held;

    /** @param held the store of the running topology */
    public AuditIndex(Supplier<ReadOnlyKeyValueStore<String, byte[]>> held) {
        this.held = held;
    }

    public void addTo(StreamsBuilder builder) {
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                Topics.AUDIT.name(),
                Consumed.with(Serdes.String(), Topics.AUDIT.serde()).withName("read-audit"),
                Keeper::new);
    }

    /**
     * What was accepted of a record, by version, then by when it came; empty if nothing was.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<AuditEntry> versions(String trial, ObjectType type, String recordId) {
        return Code.isValid(trial) && Code.isValid(recordId)
                ? scan(versionsPrefix(trial, type, recordId), AuditEntry.class)
                : List.of();
    }

    /**
     * Where the trial's chains end that no entry has named as an anchor.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<Head> openHeads(String trial) {
        return scan("head|" + trial + '|', Head.class);
    }

    private <T> List<T> scan(String prefix, Class<T> type) {
        List<T> found = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = held.get().prefixScan(prefix, new StringSerializer())) {
            all.forEachRemaining(it -> found.add(Json.MAPPER.readValue(it.value, type)));
        }
        return found;
    }

    private static String versionsPrefix(String trial, ObjectType type, String recordId) {
        return "version|" + trial + '|' + type + '|' + recordId + '|';
    }

    private static String head(String trial, String writer) {
        return "head|" + trial + '|' + writer;
    }

    /** Used too when the store is built anew from the topic. */
    private static final class Keeper implements Processor<String, AuditEntry, Void, Void> {
        @SuppressWarnings("NullAway.Init")
        private KeyValueStore<String, byte[]> store;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, AuditEntry> message) {
            @Nullable AuditEntry entry = message.value();
            String trial = entry == null ? null : entry.trial();
            if (entry == null || trial == null) {
                return;
            }
            put(head(trial, entry.writer()), entry.head());
            if (entry.anchors() != null) {
                entry.anchors().forEach(it -> close(head(trial, it.writer()), it));
            }
            AuditObject object = entry.object();
            if (object != null
                    && object.id() != null
                    && LOOKED_UP.contains(object.type())
                    && entry.outcome() == Outcome.ACCEPTED) {
                String key = versionsPrefix(trial, object.type(), object.id())
                        + String.format(
                                Locale.ROOT,
                                "%010d|%s|%s|%019d",
                                object.version() == null ? 0 : object.version(),
                                entry.receivedAt(),
                                entry.writer(),
                                entry.seq());
                put(key, entry);
            }
        }

        private void put(String key, Object value) {
            store.put(key, Json.MAPPER.writeValueAsBytes(value));
        }

        /** A chain that went on since it was seen stays open. */
        private void close(String key, Head seen) {
            byte[] last = store.get(key);
            if (last != null && Json.MAPPER.readValue(last, Head.class).seq() <= seen.seq()) {
                store.delete(key);
            }
        }
    }
}

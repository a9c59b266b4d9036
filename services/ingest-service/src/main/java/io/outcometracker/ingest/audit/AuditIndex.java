package io.outcometracker.ingest.audit;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
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

    /** The keys are not in this order: the text of an instant leaves out a fraction that is zero. */
    private static final Comparator<AuditEntry> IN_ORDER = Comparator.comparingInt(AuditIndex::version)
            .thenComparing(AuditEntry::receivedAt)
            .thenComparing(AuditEntry::writer)
            .thenComparingLong(AuditEntry::seq);

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
                Consumed.with(Serdes.String(), Serdes.serdeFrom((topic, it) -> it.written(), AuditIndex::read))
                        .withName("read-audit"),
                Keeper::new);
    }

    private static @Nullable Read read(String topic, byte @Nullable [] written) {
        return written == null
                ? null
                : new Read(Topics.AUDIT.serde().deserializer().deserialize(topic, written), written);
    }

    /**
     * What was accepted of a record, by version, then by when it came; empty if nothing was.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<AuditEntry> versions(String trial, ObjectType type, String recordId) {
        return Code.isValid(trial) && Code.isValid(recordId)
                ? scan(versionsPrefix(trial, type, recordId), AuditEntry.class).stream()
                        .sorted(IN_ORDER)
                        .toList()
                : List.of();
    }

    /**
     * Where the last act of each chain of the trial is, if no entry has named it as an anchor.
     *
     * @param trial absent for what concerns none
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<Head> openHeads(@Nullable String trial) {
        return scan(head(trial, ""), Head.class);
    }

    /**
     * The trials that have such heads; empty text for what concerns none.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    Set<String> openTrials() {
        Set<String> trials = new TreeSet<>();
        each("head|", it -> trials.add(it.key.split("\\|", 3)[1]));
        return trials;
    }

    private <T> List<T> scan(String prefix, Class<T> type) {
        List<T> found = new ArrayList<>();
        each(prefix, it -> found.add(Json.MAPPER.readValue(it.value, type)));
        return found;
    }

    private void each(String prefix, Consumer<KeyValue<String, byte[]>> sink) {
        try (KeyValueIterator<String, byte[]> all = held.get().prefixScan(prefix, new StringSerializer())) {
            all.forEachRemaining(sink);
        }
    }

    private static int version(AuditEntry entry) {
        AuditObject object = entry.object();
        Integer version = object == null ? null : object.version();
        return version == null ? 0 : version;
    }

    private static String versionsPrefix(String trial, ObjectType type, String recordId) {
        return "version|" + trial + '|' + type + '|' + recordId + '|';
    }

    private static String head(@Nullable String trial, String writer) {
        return "head|" + requireNonNullElse(trial, "") + '|' + writer;
    }

    /** An entry, and how it lies on the topic: so it is held, too. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Read(AuditEntry entry, byte[] written) {}

    /** Used too when the store is built anew from the topic. */
    private static final class Keeper implements Processor<String, Read, Void, Void> {
        @SuppressWarnings("NullAway.Init")
        private KeyValueStore<String, byte[]> store;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, Read> message) {
            @Nullable Read read = message.value();
            if (read == null) {
                return;
            }
            AuditEntry entry = read.entry();
            String trial = entry.trial();
            // Else those who anchor each other would never come to an end.
            if (entry.action() != Action.ANCHOR) {
                store.put(head(trial, entry.writer()), Json.MAPPER.writeValueAsBytes(entry.head()));
            }
            if (entry.anchors() != null) {
                entry.anchors().forEach(it -> close(head(trial, it.writer()), it));
            }
            AuditObject object = entry.object();
            if (trial != null
                    && object != null
                    && object.id() != null
                    && LOOKED_UP.contains(object.type())
                    && entry.outcome() == Outcome.ACCEPTED) {
                String key = versionsPrefix(trial, object.type(), object.id())
                        + String.format(
                                Locale.ROOT,
                                "%010d|%s|%s|%019d",
                                version(entry),
                                entry.receivedAt(),
                                entry.writer(),
                                entry.seq());
                store.put(key, read.written());
            }
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

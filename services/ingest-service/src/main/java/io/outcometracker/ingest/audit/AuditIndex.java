package io.outcometracker.ingest.audit;

import static java.util.Objects.requireNonNull;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as it is looked up: the versions of each follow-up and adverse event, and where each chain ends. It holds
 * where records lie, not what they say.
 */
public final class AuditIndex {
    public static final String STORE = "audit-index";

    private static final Logger log = LoggerFactory.getLogger(AuditIndex.class);
    private static final Deserializer<Gist> GISTS = Json.serde(Gist.class).deserializer();
    private static final Set<ObjectType> LOOKED_UP = Set.of(ObjectType.FOLLOW_UP, ObjectType.ADVERSE_EVENT);

    /** The keys are not in this order: the text of an instant leaves out a fraction that is zero. */
    private static final Comparator<AuditEntry> IN_ORDER = Comparator.<AuditEntry>comparingInt(
                    it -> version(it.object()))
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
        if (written == null) {
            return null;
        }
        Gist gist = GISTS.deserialize(topic, written);
        return new Read(gist, new Head(gist.writer(), gist.seq(), gist.hash()), written);
    }

    /**
     * What was accepted of a record, by version, then by when it came; empty if nothing was.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<AuditEntry> versions(String trial, ObjectType type, String recordId) {
        return Code.isValid(trial) && Code.isValid(recordId)
                ? entries(versionsPrefix(trial, type, recordId)).stream()
                        .sorted(IN_ORDER)
                        .toList()
                : List.of();
    }

    /** What is no entry in what was not looked at before is passed over now. */
    private List<AuditEntry> entries(String prefix) {
        List<AuditEntry> found = new ArrayList<>();
        each(prefix, it -> {
            try {
                found.add(Topics.AUDIT.serde().deserializer().deserialize(Topics.AUDIT.name(), it.value));
            } catch (SerializationException e) {
                log.atWarn().addKeyValue("error", e.getMessage()).log("no audit entry");
            }
        });
        return found;
    }

    /**
     * Where the last act of each chain of the trial is, if no entry has named it as an anchor.
     *
     * @param trial absent for what concerns none
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it cannot be looked up at the moment
     */
    public List<Head> openHeads(@Nullable String trial) {
        List<Head> found = new ArrayList<>();
        each(head(trial, ""), it -> found.add(Json.MAPPER.readValue(it.value, Head.class)));
        return found;
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

    private void each(String prefix, Consumer<KeyValue<String, byte[]>> sink) {
        try (KeyValueIterator<String, byte[]> all = held.get().prefixScan(prefix, new StringSerializer())) {
            all.forEachRemaining(sink);
        }
    }

    private static int version(@Nullable AuditObject object) {
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
    private record Read(Gist gist, Head head, byte[] written) {}

    /**
     * What of an entry says where it is looked up. The rest, most of what it costs to read it, is read by who looks it up.
     *
     * @param receivedAt as it is written
     */
    record Gist(
            String writer,
            long seq,
            @Nullable String trial,
            String receivedAt,
            Action action,
            @Nullable AuditObject object,
            Outcome outcome,
            @Nullable List<Head> anchors,
            String hash) {
        Gist {
            requireNonNull(receivedAt, "receivedAt");
            requireNonNull(action, "action");
            requireNonNull(outcome, "outcome");
            anchors = anchors == null ? null : List.copyOf(anchors);
            if (trial != null && !Code.isValid(trial)) {
                throw new IllegalArgumentException("trial must be " + Code.RULE);
            }
        }
    }

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
            Gist gist = read.gist();
            String trial = gist.trial();
            // Else those who anchor each other would never come to an end.
            if (gist.action() != Action.ANCHOR) {
                store.put(head(trial, gist.writer()), Json.MAPPER.writeValueAsBytes(read.head()));
            }
            if (gist.anchors() != null) {
                gist.anchors().forEach(it -> close(head(trial, it.writer()), it));
            }
            AuditObject object = gist.object();
            if (trial != null
                    && object != null
                    && object.id() != null
                    && LOOKED_UP.contains(object.type())
                    && gist.outcome() == Outcome.ACCEPTED) {
                store.put(
                        versionsPrefix(trial, object.type(), object.id())
                                + padded(version(object), 10)
                                + '|'
                                + gist.receivedAt()
                                + '|'
                                + gist.writer()
                                + '|'
                                + padded(gist.seq(), 19),
                        read.written());
            }
        }

        private static String padded(long number, int digits) {
            String plain = Long.toString(number);
            return "0".repeat(digits - plain.length()) + plain;
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

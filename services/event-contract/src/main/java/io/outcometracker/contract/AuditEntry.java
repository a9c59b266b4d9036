package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One act, as an auditor reads it: who did what to which record, when, and what came of it. Value of {@code
 * outcomes.audit.v1}. It never holds a score, an arm or a text about a participant: the record that it is about lies
 * where {@code object} says. Entries are made by an {@link AuditChain}.
 *
 * @param writer the running service that wrote it; each start has another
 * @param seq place in the chain of this writer and trial, from 1
 * @param trial absent for what concerns no trial, such as a refused sign-in
 * @param occurredAt when it was done, UTC
 * @param receivedAt when the service learned of it, UTC
 * @param actorId who did it, as the token says; absent where nobody was known
 * @param actorRoles what they may be; absent where nobody was known
 * @param clientSystem the program that they used, as it calls itself
 * @param site the record's site
 * @param reason stable code of why it was refused
 * @param pointer JSON pointer to what was refused, within the record
 * @param count how many such acts this entry stands for, where they are told together
 * @param requestId the same for all acts of one request
 * @param anchors heads of other chains of the trial that the writer had read
 * @param prevHash hash of the entry before in the chain; 64 zeros in the first
 * @param hash SHA-256 of this entry without this field
 */
public record AuditEntry(
        String writer,
        long seq,
        @Nullable String trial,
        Instant occurredAt,
        Instant receivedAt,
        @Nullable String actorId,
        @Nullable List<String> actorRoles,
        @Nullable String clientSystem,
        @Nullable String site,
        Action action,
        @Nullable AuditObject object,
        @Nullable String reason,
        @Nullable String pointer,
        @Nullable Integer count,
        @Nullable String requestId,
        Outcome outcome,
        @Nullable List<Head> anchors,
        String prevHash,
        String hash) {
    static final String NO_HASH = "0".repeat(64);
    private static final int HASH_LENGTH = NO_HASH.length();
    private static final Pattern REASON = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /** What was done. */
    public enum Action {
        CREATE,
        AMEND,
        /** A record was taken back as entered in error. */
        RETRACT,
        /** Something was posted and refused. */
        REJECT,
        /** A protocol was put. */
        CONFIG_CHANGE,
        UNBLIND,
        ERASE,
        /** Somebody was turned away: not known, or not allowed to. */
        LOGIN,
        /** Somebody read what names arms. */
        UNBLINDED_READ,
        /** Nothing was done: the writer says which other chains it has read, and how far. */
        ANCHOR
    }

    /** What came of it. */
    public enum Outcome {
        ACCEPTED,
        REFUSED,
        /** Kafka did not acknowledge it in time: it may be stored or not, and who sent it was told to send it again. */
        UNACKNOWLEDGED
    }

    /** What can be acted on. */
    public enum ObjectType {
        @JsonProperty("follow-up")
        FOLLOW_UP,
        @JsonProperty("adverse-event")
        ADVERSE_EVENT,
        @JsonProperty("enrolment")
        ENROLMENT,
        @JsonProperty("erasure")
        ERASURE,
        @JsonProperty("unblinding")
        UNBLINDING,
        @JsonProperty("protocol")
        PROTOCOL,
        /** Metrics of a trial, as the metrics-service answers them. */
        @JsonProperty("metrics")
        METRICS
    }

    /**
     * What the act was about, by where it lies and not by what it says.
     *
     * @param id recordId of a follow-up or adverse event; participant of an enrolment, erasure or unblinding; trial of a
     *     protocol or of the unblinding of a trial; address that was read; absent where it was not valid
     * @param version absent where it has none, or none that is valid
     * @param seal {@link RecordSeal} of the record that was stored
     * @param topic where it was stored; absent where it was not, or nobody knows
     */
    public record AuditObject(
            ObjectType type,
            @Nullable String id,
            @Nullable Integer version,
            @Nullable String seal,
            @Nullable String topic,
            @Nullable Integer partition,
            @Nullable Long offset) {
        public AuditObject {
            requireNonNull(type, "type");
            if (seal != null) {
                requireHash(seal, "seal");
            }
            if (version != null && version < 1) {
                throw new IllegalArgumentException("version must be 1 or more");
            }
            if ((partition != null && partition < 0) || (offset != null && offset < 0)) {
                throw new IllegalArgumentException("partition and offset must be 0 or more");
            }
        }

        /** Of which nothing was stored, or not yet. */
        public AuditObject(ObjectType type, @Nullable String id, @Nullable Integer version) {
            this(type, id, version, null, null, null, null);
        }

        public AuditObject sealed(String by) {
            return new AuditObject(type, id, version, by, topic, partition, offset);
        }

        public AuditObject storedAt(String inTopic, int inPartition, long atOffset) {
            return new AuditObject(type, id, version, seal, inTopic, inPartition, atOffset);
        }
    }

    /** Where a chain of the same trial ended when it was read. */
    public record Head(String writer, long seq, String hash) {
        public Head {
            Code.require(writer, "writer");
            requireSeq(seq);
            requireHash(hash, "hash");
        }
    }

    public AuditEntry {
        Code.require(writer, "writer");
        requireSeq(seq);
        Code.requireIfPresent(trial, "trial");
        requireNonNull(occurredAt, "occurredAt");
        requireNonNull(receivedAt, "receivedAt");
        actorRoles = actorRoles == null ? null : List.copyOf(actorRoles);
        Code.requireIfPresent(site, "site");
        requireNonNull(action, "action");
        if (reason != null && !REASON.matcher(reason).matches()) {
            throw new IllegalArgumentException(
                    "reason must be 1 to 64 capitals, digits or underscores, starting with a capital");
        }
        if (count != null && count < 1) {
            throw new IllegalArgumentException("count must be 1 or more");
        }
        requireNonNull(outcome, "outcome");
        anchors = anchors == null ? null : List.copyOf(anchors);
        requireHash(prevHash, "prevHash");
        requireHash(hash, "hash");
    }

    private static void requireSeq(long seq) {
        if (seq < 1) {
            throw new IllegalArgumentException("seq must be 1 or more");
        }
    }

    private static void requireHash(String hash, String field) {
        if (!isHash(requireNonNull(hash, field))) {
            throw new IllegalArgumentException(field + " must be 64 hexadecimal digits in lower case");
        }
    }

    private static boolean isHash(String hash) {
        if (hash.length() != HASH_LENGTH) {
            return false;
        }
        // Bytes are looked at in half the time of characters, and each entry has several hashes.
        for (byte it : hash.getBytes(ISO_8859_1)) {
            if ((it < '0' || it > '9') && (it < 'a' || it > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The topic's key: the trial, or the writer of what concerns none. A chain lies in one partition, in order. */
    public String key() {
        return trial == null ? writer : trial;
    }

    /** Names the entry: {@code writer|trial|seq}, with nothing between the bars where there is no trial. */
    @JsonIgnore
    public String auditId() {
        return writer + '|' + (trial == null ? "" : trial) + '|' + seq;
    }

    @JsonIgnore
    public Head head() {
        return new Head(writer, seq, hash);
    }

    /** Without who and which record. */
    @Override
    public String toString() {
        return "AuditEntry[" + auditId() + " " + action + "]";
    }
}

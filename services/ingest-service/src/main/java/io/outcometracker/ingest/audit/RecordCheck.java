package io.outcometracker.ingest.audit;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditHash;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topic.Kept;
import io.outcometracker.contract.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Compares what is stored with what the audit says was stored, both ways, by their seals. */
final class RecordCheck {
    /** What is audited, and as what. */
    static final Map<Topic<?>, ObjectType> AUDITED = Map.of(
            Topics.TRIALS, ObjectType.PROTOCOL,
            Topics.ENROLMENTS, ObjectType.ENROLMENT,
            Topics.FOLLOW_UPS, ObjectType.FOLLOW_UP,
            Topics.ADVERSE_EVENTS, ObjectType.ADVERSE_EVENT,
            Topics.ERASURES, ObjectType.ERASURE,
            Topics.UNBLINDINGS, ObjectType.UNBLINDING);

    /** An entry that says that something was stored. */
    private record Claim(
            String auditId,
            @Nullable String position,
            long offset,
            boolean acknowledged,
            @Nullable String key) {}

    /**
     * A message of an audited topic.
     *
     * @param identity type, id and version, as an entry has them
     * @param content hash of what it says, whenever it was received
     */
    private record Stored(
            String topic,
            String position,
            long offset,
            String key,
            @Nullable String seal,
            String identity,
            String content) {}

    private final Map<String, Claim> claims = new HashMap<>();
    private final Set<String> sealedIdentities = new HashSet<>();
    private final Set<String> repeatedIdentities = new HashSet<>();
    private final List<Stored> stored = new ArrayList<>();

    void add(AuditEntry entry) {
        AuditObject object = entry.object();
        if (object == null || entry.outcome() == Outcome.REFUSED) {
            return;
        }
        String identity = identity(object.type(), entry.trial(), object.id(), object.version());
        if (object.seal() == null) {
            repeatedIdentities.add(identity);
            return;
        }
        sealedIdentities.add(identity);
        String position = object.topic() == null || object.partition() == null || object.offset() == null
                ? null
                : Finding.position(object.topic(), object.partition(), object.offset());
        claims.put(
                object.seal(),
                new Claim(
                        entry.auditId(),
                        position,
                        object.offset() == null ? -1 : object.offset(),
                        entry.outcome() == Outcome.ACCEPTED,
                        entry.trial()));
    }

    void add(Topic<?> topic, ConsumerRecord<String, byte @Nullable []> message) {
        byte[] value = message.value();
        if (value == null) {
            return;
        }
        stored.add(new Stored(
                topic.name(),
                Finding.position(message.topic(), message.partition(), message.offset()),
                message.offset(),
                message.key(),
                RecordSeal.of(message.headers(), value).orElse(null),
                identity(requireNonNull(AUDITED.get(topic)), value),
                content(message.key(), value)));
    }

    private static String identity(
            ObjectType type, @Nullable String trial, @Nullable String id, @Nullable Integer version) {
        return type + "|" + trial + '|' + id + '|' + version;
    }

    private static String identity(ObjectType type, byte[] value) {
        ObjectNode json = read(value);
        String id = json.path("recordId")
                .asString(json.path("participant").asString(json.path("trial").asString("")));
        return identity(
                type,
                json.path("trial").asString(""),
                id,
                json.has("version") ? Integer.valueOf(json.path("version").asInt(0)) : null);
    }

    private static String content(String key, byte[] value) {
        ObjectNode json = read(value);
        json.remove(List.of("receivedAt", "protocolVersion"));
        json.put("key", key);
        return AuditHash.of(json);
    }

    private static ObjectNode read(byte[] value) {
        try {
            return Json.MAPPER.readTree(value) instanceof ObjectNode json ? json : Json.MAPPER.createObjectNode();
        } catch (JacksonException e) {
            return Json.MAPPER.createObjectNode();
        }
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Map<String, Claim> byPosition = new HashMap<>();
        claims.values().forEach(it -> {
            if (it.position() != null) {
                byPosition.put(it.position(), it);
            }
        });
        Set<String> audited = new HashSet<>();
        Set<Claim> met = new HashSet<>();
        for (Stored it : stored) {
            Claim claim = it.seal() == null ? null : claims.get(it.seal());
            if (claim != null) {
                met.add(claim);
                audited.add(it.content());
            }
        }
        for (Stored it : stored) {
            if (it.seal() != null && claims.containsKey(it.seal())) {
                continue;
            }
            Claim there = byPosition.get(it.position());
            if (there != null) {
                met.add(there);
                findings.add(new Finding(it.position(), "was altered since " + there.auditId()));
            } else if (!audited.contains(it.content()) && !isConfirmed(it)) {
                findings.add(new Finding(it.position(), "no audit entry says who wrote it"));
            }
        }
        claims.values().stream()
                .filter(it -> it.acknowledged() && !met.contains(it) && !isCompacted(it))
                .forEach(it -> findings.add(new Finding(
                        String.valueOf(it.position()),
                        "is missing, although " + it.auditId() + " says that it was stored")));
        return findings;
    }

    /** Who wrote it was cut off before the entry, sent it again, and was told that it is there. */
    private boolean isConfirmed(Stored it) {
        return repeatedIdentities.contains(it.identity()) && !sealedIdentities.contains(it.identity());
    }

    /** Of a topic that keeps the latest message of each key, which is its trial, if there is a later one. */
    private boolean isCompacted(Claim claim) {
        return AUDITED.keySet().stream()
                .filter(it -> it.kept() == Kept.LATEST
                        && String.valueOf(claim.position()).startsWith(it.name() + ' '))
                .anyMatch(topic -> stored.stream()
                        .anyMatch(it -> it.topic().equals(topic.name())
                                && it.key().equals(claim.key())
                                && it.offset() > claim.offset()));
    }

    int records() {
        return stored.size();
    }
}

package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditChain;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditHash;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What lies on the audit topic, and is then tampered with. */
final class TestChain {
    static final Actor NURSE = new Actor("nurse-17", List.of("site"), "loader/1", "r-1");
    private static final int PARTITION = 3;

    /** As they lie on the topic. */
    final List<AuditEntry> log = new ArrayList<>();

    static AuditAct act(String recordId) {
        return act(
                Action.CREATE,
                Outcome.ACCEPTED,
                new AuditObject(ObjectType.FOLLOW_UP, recordId, 1, null, null, null, null));
    }

    static AuditAct act(Action action, Outcome outcome, @Nullable AuditObject object) {
        return new AuditAct(Instant.EPOCH, Instant.EPOCH, NURSE, "S01", action, object, null, null, null, outcome);
    }

    /** Appends so many acts of the writer. */
    AuditChain write(AuditChain chain, int count) {
        for (int i = 0; i < count; i++) {
            add(chain, chain.next(act("R" + log.size())));
        }
        return chain;
    }

    void add(AuditChain chain, AuditEntry entry) {
        chain.add(entry);
        log.add(entry);
    }

    /** Appends what the writer says of other chains. */
    void anchor(AuditChain chain, Head... heads) {
        add(chain, chain.next(act(Action.ANCHOR, Outcome.ACCEPTED, null), List.of(heads)));
    }

    Head head(String writer) {
        return log.stream()
                .filter(it -> it.writer().equals(writer))
                .reduce((one, next) -> next)
                .orElseThrow()
                .head();
    }

    void swap(int one, int other) {
        Collections.swap(log, one, other);
    }

    /** The entry with another reason, and the hash that it had. */
    static AuditEntry altered(AuditEntry it) {
        return copy(it, "OTHER", it.prevHash(), it.hash());
    }

    /** The same by somebody who knows how to make a hash. */
    static AuditEntry forged(AuditEntry it) {
        return copy(it, "OTHER", it.prevHash(), AuditHash.of(Json.MAPPER.valueToTree(altered(it))));
    }

    private static AuditEntry copy(AuditEntry it, @Nullable String reason, String prevHash, String hash) {
        return new AuditEntry(
                it.writer(),
                it.seq(),
                it.trial(),
                it.occurredAt(),
                it.receivedAt(),
                it.actorId(),
                it.actorRoles(),
                it.clientSystem(),
                it.site(),
                it.action(),
                it.object(),
                reason,
                it.pointer(),
                it.count(),
                it.requestId(),
                it.outcome(),
                it.anchors(),
                prevHash,
                hash);
    }

    List<ConsumerRecord<String, byte[]>> messages() {
        List<ConsumerRecord<String, byte[]>> messages = new ArrayList<>();
        for (AuditEntry entry : log) {
            messages.add(new ConsumerRecord<>(
                    Topics.AUDIT.name(),
                    PARTITION,
                    messages.size(),
                    entry.key(),
                    Topics.AUDIT.serde().serializer().serialize(Topics.AUDIT.name(), entry)));
        }
        return messages;
    }

    ChainCheck check() {
        ChainCheck check = new ChainCheck();
        messages().forEach(check::add);
        return check;
    }
}

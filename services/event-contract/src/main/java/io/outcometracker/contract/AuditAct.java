package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.Head;
import io.outcometracker.contract.AuditEntry.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link AuditEntry} says, before it has its place in a chain; its fields are explained there. */
public record AuditAct(
        Instant occurredAt,
        Instant receivedAt,
        @Nullable Actor actor,
        @Nullable String site,
        Action action,
        @Nullable AuditObject object,
        @Nullable String reason,
        @Nullable String pointer,
        @Nullable Integer count,
        Outcome outcome) {

    /**
     * Who did it, and through what.
     *
     * @param id as the token says
     */
    public record Actor(
            @Nullable String id,
            @Nullable List<String> roles,
            @Nullable String clientSystem,
            @Nullable String requestId) {}

    public AuditAct {
        requireNonNull(occurredAt, "occurredAt");
        requireNonNull(receivedAt, "receivedAt");
        requireNonNull(action, "action");
        requireNonNull(outcome, "outcome");
    }

    /** The same about what is known of the object now. */
    public AuditAct about(AuditObject known) {
        return new AuditAct(occurredAt, receivedAt, actor, site, action, known, reason, pointer, count, outcome);
    }

    /** The same with what came of it. */
    public AuditAct ended(Outcome as) {
        return new AuditAct(occurredAt, receivedAt, actor, site, action, object, reason, pointer, count, as);
    }

    /** Of the service itself, at the start of a chain. */
    static AuditAct anchor(Instant now) {
        return new AuditAct(now, now, null, null, Action.ANCHOR, null, null, null, null, Outcome.ACCEPTED);
    }

    AuditChain.Written written(
            String writer, long seq, @Nullable String trial, @Nullable List<Head> anchors, String prevHash) {
        byte[] canonical = AuditHash.canonical(entry(writer, seq, trial, anchors, prevHash, AuditEntry.NO_HASH));
        String hash = AuditHash.sha256(canonical);
        return new AuditChain.Written(
                entry(writer, seq, trial, anchors, prevHash, hash), AuditHash.signed(canonical, hash));
    }

    private AuditEntry entry(
            String writer,
            long seq,
            @Nullable String trial,
            @Nullable List<Head> anchors,
            String prevHash,
            String hash) {
        Actor by = actor == null ? new Actor(null, null, null, null) : actor;
        return new AuditEntry(
                writer,
                seq,
                trial,
                occurredAt,
                receivedAt,
                by.id(),
                by.roles(),
                by.clientSystem(),
                site,
                action,
                object,
                reason,
                pointer,
                count,
                by.requestId(),
                outcome,
                anchors,
                prevHash,
                hash);
    }
}

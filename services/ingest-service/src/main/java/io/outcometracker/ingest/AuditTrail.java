package io.outcometracker.ingest;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditUnavailable;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.ingest.audit.Requester;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has what was done written down before it is answered. */
final class AuditTrail {
    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

    private final AuditWriter writer;
    private final Duration ackTimeout;

    AuditTrail(AuditWriter writer, Duration ackTimeout) {
        this.writer = writer;
        this.ackTimeout = ackTimeout;
    }

    /**
     * Publishes records, then says so in the audit.
     *
     * @throws RequestRefused if one of both was not acknowledged: sending the same again is safe
     */
    void publish(String trial, RecordActs acts, Supplier<List<RecordMetadata>> publish) {
        List<RecordMetadata> stored;
        try {
            stored = publish.get();
        } catch (RequestRefused e) {
            report(trial, acts.unacknowledged());
            throw e;
        }
        write(trial, acts.stored(stored));
    }

    /** Publishes one message that is no record, then says so; as {@link #publish}. */
    RecordMetadata publish(
            String trial,
            AuditAct act,
            ProducerRecord<String, byte[]> message,
            Supplier<List<RecordMetadata>> publish) {
        AuditAct sealed = sealed(act, RecordSeal.put(message.headers(), message.value()));
        RecordMetadata stored;
        try {
            stored = publish.get().get(0);
        } catch (RequestRefused e) {
            report(trial, List.of(RecordActs.at(sealed, Outcome.UNACKNOWLEDGED, null)));
            throw e;
        }
        write(trial, List.of(RecordActs.at(sealed, Outcome.ACCEPTED, stored)));
        return stored;
    }

    private static AuditAct sealed(AuditAct act, String seal) {
        AuditObject object = act.object();
        return object == null ? act : act.about(object.sealed(seal));
    }

    /** A protocol or unblinding that was taken, or is there already. */
    static AuditAct act(
            Requester requester,
            Action action,
            ObjectType type,
            @Nullable String id,
            @Nullable Integer version,
            Instant occurredAt,
            Instant now) {
        return new AuditAct(
                occurredAt,
                now,
                requester.actor(),
                null,
                action,
                new AuditObject(type, id, version),
                null,
                null,
                null,
                Outcome.ACCEPTED);
    }

    /**
     * That something was refused as a whole.
     *
     * @throws RequestRefused if that was not acknowledged in time
     */
    void refused(
            String trial, Requester requester, Action action, ObjectType type, RequestRefused refusal, Instant now) {
        // Nothing was decided, and who sent it is told to try again.
        if (refusal.type() != ProblemType.KAFKA_UNAVAILABLE) {
            AuditAct act = new AuditAct(
                    now,
                    now,
                    requester.actor(),
                    null,
                    action,
                    new AuditObject(type, null, null),
                    refusal.type().name(),
                    null,
                    null,
                    Outcome.REFUSED);
            write(trial, List.of(act));
        }
    }

    /** @throws RequestRefused if it was not acknowledged in time */
    void write(String trial, List<AuditAct> acts) {
        try {
            writer.write(trial, acts, ackTimeout);
        } catch (AuditUnavailable | InvalidStateStoreException e) {
            log.atWarn()
                    .addKeyValue("trial", trial)
                    .addKeyValue("error", e.getMessage())
                    .log("not audited in time");
            throw new RequestRefused(
                    ProblemType.KAFKA_UNAVAILABLE, "send the same again later: records that are stored count once");
        }
    }

    /** Without waiting, where the answer is a failure anyway. */
    void report(String trial, List<AuditAct> acts) {
        try {
            writer.append(trial, acts);
        } catch (AuditUnavailable | InvalidStateStoreException e) {
            log.atWarn()
                    .addKeyValue("trial", trial)
                    .addKeyValue("error", e.getMessage())
                    .log("not audited");
        }
    }
}

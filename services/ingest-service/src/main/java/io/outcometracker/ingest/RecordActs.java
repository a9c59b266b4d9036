package io.outcometracker.ingest;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Checked.Refused;
import io.outcometracker.ingest.domain.Identity;
import io.outcometracker.ingest.domain.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** What the audit says of the records of one request, in their order; never what a record says. */
final class RecordActs {
    private final AuditAct.Actor actor;
    private final Instant now;
    private final List<AuditAct> acts = new ArrayList<>();

    /** @param now when the request came */
    RecordActs(Requester requester, Instant now) {
        this.actor = requester.actor();
        this.now = now;
    }

    /** A record that keeps all rules and is written next; its message is sealed. */
    void accepted(Object record, ProducerRecord<String, byte[]> message) {
        String seal = RecordSeal.put(message.headers(), message.value());
        if (record instanceof FollowUp it) {
            boolean retracts = it.status() == FollowUp.Status.ENTERED_IN_ERROR;
            add(
                    it.site(),
                    retracts ? Action.RETRACT : change(it.version()),
                    object(ObjectType.FOLLOW_UP, it.recordId(), it.version(), seal));
        } else if (record instanceof AdverseEvent it) {
            boolean retracts = it.status() == AdverseEvent.Status.ENTERED_IN_ERROR;
            add(
                    it.site(),
                    retracts ? Action.RETRACT : change(it.version()),
                    object(ObjectType.ADVERSE_EVENT, it.recordId(), it.version(), seal));
        } else if (record instanceof Enrolment it) {
            add(it.site(), change(it.version()), object(ObjectType.ENROLMENT, it.participant(), it.version(), seal));
        } else if (record instanceof Erasure it) {
            add(null, Action.ERASE, object(ObjectType.ERASURE, it.participant(), null, seal));
        } else {
            throw new IllegalArgumentException("not audited: " + record.getClass());
        }
    }

    private static Action change(int version) {
        return version == 1 ? Action.CREATE : Action.AMEND;
    }

    private static AuditObject object(
            ObjectType type, @Nullable String id, @Nullable Integer version, @Nullable String seal) {
        return new AuditObject(type, id, version, seal, null, null, null);
    }

    private void add(@Nullable String site, Action action, AuditObject object) {
        acts.add(new AuditAct(now, now, actor, site, action, object, null, null, null, Outcome.ACCEPTED));
    }

    void refused(RecordKind<?> kind, Refused<?> refused) {
        Problem first = refused.problems().get(0);
        Identity identity = refused.identity();
        String id = identity.recordId() == null ? identity.participant() : identity.recordId();
        acts.add(new AuditAct(
                now,
                now,
                actor,
                refused.site(),
                Action.REJECT,
                object(type(kind.subject()), id, identity.version(), null),
                first.code().name(),
                first.publicPointer(),
                null,
                Outcome.REFUSED));
    }

    static ObjectType type(Subject subject) {
        return switch (subject) {
            case FOLLOW_UP -> ObjectType.FOLLOW_UP;
            case ADVERSE_EVENT -> ObjectType.ADVERSE_EVENT;
            case ENROLMENT -> ObjectType.ENROLMENT;
            case ERASURE -> ObjectType.ERASURE;
        };
    }

    /** All of them, the accepted ones with where they were stored. */
    List<AuditAct> stored(List<RecordMetadata> positions) {
        Iterator<RecordMetadata> position = positions.iterator();
        return acts.stream()
                .map(it -> it.outcome() == Outcome.ACCEPTED ? at(it, Outcome.ACCEPTED, position.next()) : it)
                .toList();
    }

    /** All of them, where nobody knows which were stored. */
    List<AuditAct> unacknowledged() {
        return acts.stream()
                .map(it -> it.outcome() == Outcome.ACCEPTED ? at(it, Outcome.UNACKNOWLEDGED, null) : it)
                .toList();
    }

    /** The act with what came of it. */
    static AuditAct at(AuditAct act, Outcome outcome, @Nullable RecordMetadata position) {
        AuditObject object = act.object();
        AuditAct known = object == null || position == null
                ? act
                : act.about(object.storedAt(position.topic(), position.partition(), position.offset()));
        return known.ended(outcome);
    }
}

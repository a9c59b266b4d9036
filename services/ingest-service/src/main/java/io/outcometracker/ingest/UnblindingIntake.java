package io.outcometracker.ingest;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.ingest.domain.UnblindingRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import tools.jackson.databind.JsonNode;

/** The way of an unblinding: checked against the rules and against those that are held, written to Kafka, read back. */
final class UnblindingIntake {
    private final Register<Protocol> protocols;
    private final Register<Unblinding> register;
    private final RecordPublisher publisher;
    private final AuditTrail audit;
    private final Clock clock;
    private final Duration ackTimeout;

    UnblindingIntake(
            Register<Protocol> protocols,
            Register<Unblinding> register,
            RecordPublisher publisher,
            AuditTrail audit,
            Clock clock,
            Duration ackTimeout) {
        this.protocols = protocols;
        this.register = register;
        this.publisher = publisher;
        this.audit = audit;
        this.clock = clock;
        this.ackTimeout = ackTimeout;
    }

    /** What is held now, and whether it was before. */
    record Held(Unblinding unblinding, boolean created) {}

    /**
     * One at a time, as each trial and each participant is unblinded once.
     *
     * @throws RequestRefused if the report is not taken
     */
    synchronized Held post(String trial, JsonNode body, Requester requester) {
        Protocol protocol = protocols.find(trial).orElseThrow(RequestRefused::unknownTrial);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        try {
            return post(protocol, body, requester, now);
        } catch (RequestRefused e) {
            audit.refused(trial, requester, Action.UNBLIND, ObjectType.UNBLINDING, e, now);
            throw e;
        }
    }

    private Held post(Protocol protocol, JsonNode body, Requester requester, Instant now) {
        if (!body.has("participant") && !requester.caller().isOneOf(Role.TRIAL_MANAGER)) {
            throw new RequestRefused(
                    ProblemType.FORBIDDEN, "a whole trial is unblinded by its trial manager; name the participant");
        }
        UnblindingRules.Reading reading = UnblindingRules.read(body, protocol, now);
        Unblinding next = reading.unblinding();
        if (next == null) {
            throw new RequestRefused(
                    ProblemType.UNBLINDING_REFUSED, "correct what errors name, and post it again", reading.problems());
        }
        Unblinding held = register.find(next.key()).orElse(null);
        if (held == null) {
            write(next, act(requester, next, now), now);
            return new Held(next, true);
        }
        if (!reading.repeats(held)) {
            throw new RequestRefused(
                    ProblemType.ALREADY_UNBLINDED, "it was reported with another person, time or reason");
        }
        // The answer to the one before may have been lost, and its entry too.
        audit.write(held.trial(), List.of(act(requester, held, now)));
        return new Held(held, false);
    }

    private static AuditAct act(Requester requester, Unblinding unblinding, Instant now) {
        return AuditTrail.act(
                requester,
                Action.UNBLIND,
                ObjectType.UNBLINDING,
                unblinding.participant() == null ? unblinding.trial() : unblinding.participant(),
                null,
                unblinding.at(),
                now);
    }

    private void write(Unblinding unblinding, AuditAct act, Instant now) {
        ProducerRecord<String, byte[]> message = RecordPublisher.message(
                Topics.UNBLINDINGS, unblinding.key(), unblinding, unblinding.key() + "|unblinding", now);
        RecordMetadata written =
                audit.publish(unblinding.trial(), act, message, () -> publisher.publish(List.of(message)));
        if (!register.awaitRead(written, ackTimeout)) {
            throw new RequestRefused(
                    ProblemType.KAFKA_UNAVAILABLE, "the unblinding is stored; post it again to see it");
        }
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.Code;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProtocolChange;
import io.outcometracker.ingest.domain.ProtocolReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import tools.jackson.databind.JsonNode;

/** The way of a protocol: checked against its rules and against the one that is held, written to Kafka, read back. */
final class ProtocolIntake {
    private final Register<Protocol> register;
    private final RecordPublisher publisher;
    private final AuditTrail audit;
    private final Clock clock;
    private final Duration ackTimeout;

    ProtocolIntake(
            Register<Protocol> register,
            RecordPublisher publisher,
            AuditTrail audit,
            Clock clock,
            Duration ackTimeout) {
        this.register = register;
        this.publisher = publisher;
        this.audit = audit;
        this.clock = clock;
        this.ackTimeout = ackTimeout;
    }

    /** What a protocol did. */
    enum Result {
        CREATED,
        CHANGED,
        UNCHANGED
    }

    /** Which version is held now, and since when. */
    record Held(Protocol protocol, Result result) {}

    /**
     * One at a time, as each is compared with the one before.
     *
     * @throws RequestRefused if the protocol is not taken
     */
    synchronized Held put(String trial, JsonNode body, Requester requester) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        try {
            return put(trial, body, requester, now);
        } catch (RequestRefused e) {
            if (Code.isValid(trial)) {
                audit.refused(trial, requester, Action.CONFIG_CHANGE, ObjectType.PROTOCOL, e, now);
            }
            throw e;
        }
    }

    private Held put(String trial, JsonNode body, Requester requester, Instant now) {
        ProtocolReader.Reading reading = ProtocolReader.read(body, trial);
        Protocol next = reading.protocol();
        if (next == null) {
            throw refused(reading.problems());
        }
        Protocol held = register.find(trial).orElse(null);
        AuditAct act =
                AuditTrail.act(requester, Action.CONFIG_CHANGE, ObjectType.PROTOCOL, trial, next.version(), now, now);
        if (held != null && held.version() == next.version() && held.samePlan(next)) {
            // The answer to the one before may have been lost, and its entry too.
            audit.write(trial, List.of(act));
            return new Held(next, Result.UNCHANGED);
        }
        if (held != null) {
            compare(held, next);
        }
        write(next, act, now);
        return new Held(next, held == null ? Result.CREATED : Result.CHANGED);
    }

    private static void compare(Protocol held, Protocol next) {
        if (next.version() == held.version()) {
            throw new RequestRefused(
                    ProblemType.VERSION_REUSED, "a changed protocol needs a version above " + held.version());
        }
        if (next.version() < held.version()) {
            throw new RequestRefused(ProblemType.STALE, "version " + held.version() + " is held");
        }
        List<Problem> problems = ProtocolChange.problems(held, next);
        if (!problems.isEmpty()) {
            throw refused(problems);
        }
    }

    private void write(Protocol protocol, AuditAct act, Instant now) {
        ProducerRecord<String, byte[]> message = RecordPublisher.message(
                Topics.TRIALS, protocol.trial(), protocol, protocol.trial() + '|' + protocol.version(), now);
        RecordMetadata written =
                audit.publish(protocol.trial(), act, message, () -> publisher.publish(List.of(message)));
        if (!register.awaitRead(written, ackTimeout)) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "the protocol is stored, but not yet in use here");
        }
    }

    private static RequestRefused refused(List<Problem> problems) {
        return new RequestRefused(ProblemType.PROTOCOL_REFUSED, "correct what errors name, and put it again", problems);
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.domain.Problem;
import io.outcometracker.ingest.domain.ProtocolChange;
import io.outcometracker.ingest.domain.ProtocolReader;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import tools.jackson.databind.JsonNode;

/** The way of a protocol: checked against its rules and against the one that is held, written to Kafka, read back. */
final class ProtocolIntake {
    private final Register<Protocol> register;
    private final RecordPublisher publisher;
    private final Clock clock;
    private final Duration ackTimeout;

    ProtocolIntake(Register<Protocol> register, RecordPublisher publisher, Clock clock, Duration ackTimeout) {
        this.register = register;
        this.publisher = publisher;
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
    synchronized Held put(String trial, JsonNode body) {
        ProtocolReader.Reading reading = ProtocolReader.read(body, trial);
        Protocol next = reading.protocol();
        if (next == null) {
            throw refused(reading.problems());
        }
        Protocol held = register.find(trial).orElse(null);
        if (held != null && held.version() == next.version() && held.samePlan(next)) {
            return new Held(next, Result.UNCHANGED);
        }
        if (held != null) {
            compare(held, next);
        }
        write(next);
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

    private void write(Protocol protocol) {
        RecordMetadata written = publisher
                .publish(List.of(RecordPublisher.message(
                        Topics.TRIALS,
                        protocol.trial(),
                        protocol,
                        protocol.trial() + '|' + protocol.version(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS))))
                .get(0);
        if (!register.awaitRead(written, ackTimeout)) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "the protocol is stored, but not yet in use here");
        }
    }

    private static RequestRefused refused(List<Problem> problems) {
        return new RequestRefused(ProblemType.PROTOCOL_REFUSED, "correct what errors name, and put it again", problems);
    }
}

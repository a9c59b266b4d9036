package io.outcometracker.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.util.unit.DataSize;

/** The intake, on a producer that keeps what it is given. */
public final class Pipeline {
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Who may send anything. */
    public static final Requester ANYBODY =
            new Requester(new Caller("test", EnumSet.allOf(Role.class), Set.of("*"), Set.of("*")), "request", null);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final MockProducer<String, byte[]> producer = newProducer();
    private final MockProducer<String, byte[]> audit = newProducer();
    private final Decisions decisions = new Decisions();
    private final Intake intake;

    public Pipeline(Protocol protocol) {
        Register<Protocol> protocols = new Register<>(Topics.TRIALS, () -> {
            throw new IllegalStateException("not started");
        });
        protocols.hold(protocol.trial(), protocol);
        intake = new Intake(
                protocols,
                new RecordPublisher(producer, TIMEOUT),
                decisions,
                new AuditTrail(new AuditWriter("ingest-service", audit, trial -> List.of(), CLOCK), TIMEOUT),
                (trial, participant) -> Optional.empty(),
                new IngestMeters(new SimpleMeterRegistry()),
                CLOCK,
                1000,
                RecordHash.withKey(""));
    }

    private static MockProducer<String, byte[]> newProducer() {
        return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    }

    public Intake intake() {
        return intake;
    }

    MockProducer<String, byte[]> producer() {
        return producer;
    }

    Receipt json(RecordKind<?> kind, byte[] body, boolean strict) throws IOException {
        return take(kind, new JsonDecoder(), body, strict);
    }

    Receipt csv(RecordKind<?> kind, byte[] body, boolean strict) throws IOException {
        return take(kind, new CsvDecoder(kind.rules()), body, strict);
    }

    private Receipt take(RecordKind<?> kind, BodyDecoder decoder, byte[] body, boolean strict) throws IOException {
        return intake.take("T1", kind, ANYBODY, decoder, new ByteArrayInputStream(body), null, strict)
                .join();
    }

    Receipt lines(RecordKind<?> kind, byte[] body) throws IOException {
        return lines(kind, body, any -> true);
    }

    Receipt lines(RecordKind<?> kind, byte[] body, IntPredicate mayRefuse) throws IOException {
        List<Receipt.Result> results = new ArrayList<>();
        intake.takeEach(
                "T1",
                kind,
                ANYBODY,
                new NdjsonDecoder(DataSize.ofKilobytes(1), any -> {}),
                new ByteArrayInputStream(body),
                mayRefuse,
                results::add);
        int accepted = (int) results.stream()
                .filter(it -> it.status() == Receipt.Status.ACCEPTED)
                .count();
        return new Receipt("T1", accepted, results.size() - accepted, results);
    }

    /** What the audit says was done. */
    List<AuditEntry> audited() {
        return audit.history().stream()
                .map(it -> Json.MAPPER.readValue(it.value(), AuditEntry.class))
                .toList();
    }

    /** What was written of records, without rejections; it is forgotten. */
    public List<ProducerRecord<String, byte[]>> takeWritten() {
        List<ProducerRecord<String, byte[]>> written = producer.history().stream()
                .filter(it -> !it.topic().equals(Topics.REJECTIONS.name()))
                .toList();
        producer.clear();
        audit.clear();
        return written;
    }
}

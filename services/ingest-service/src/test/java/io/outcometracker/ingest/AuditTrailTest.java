package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.audit.Requester;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What is said of an act, by what came of it. */
class AuditTrailTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Requester REQUESTER =
            new Requester(new Caller("irt-1", Set.of(Role.RANDOMISATION), Set.of("T1"), Set.of()), "request-1", null);
    private static final Enrolment ENROLMENT =
            new Enrolment("T1", "P1", 2, "S01", "CELLS", null, null, Enrolment.Status.ON_STUDY, null, null, NOW, 1);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final AuditTrail trail = new AuditTrail(
            new AuditWriter("ingest-service", producer, trial -> List.of(), Clock.systemUTC()), Duration.ofSeconds(1));
    private final ProducerRecord<String, byte[]> message =
            RecordPublisher.message(Topics.ENROLMENTS, "T1|P1", ENROLMENT, "id", NOW);
    private final RecordActs acts = new RecordActs(REQUESTER, NOW);

    private List<AuditEntry> told() {
        return producer.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    private static RecordMetadata at(long offset) {
        return new RecordMetadata(new TopicPartition(Topics.ENROLMENTS.name(), 3), offset, 0, 0, 0, 0);
    }

    private static RequestRefused away() {
        return new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "later");
    }

    @Test
    void saysWhereARecordWasStored() {
        acts.accepted(ENROLMENT, message);
        trail.publish("T1", acts, () -> {
            assertThat(told()).as("records come first").isEmpty();
            return List.of(at(17));
        });

        assertThat(told()).singleElement().satisfies(it -> {
            assertThat(it.action()).isEqualTo(Action.AMEND);
            assertThat(it.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(it.actorId()).isEqualTo("irt-1");
            assertThat(it.requestId()).isEqualTo("request-1");
            assertThat(it.object()).isNotNull();
            assertThat(it.object().topic()).isEqualTo("outcomes.enrolments.v1");
            assertThat(it.object().partition()).isEqualTo(3);
            assertThat(it.object().offset()).isEqualTo(17);
            assertThat(it.object().seal())
                    .isEqualTo(RecordSeal.of(message.headers(), message.value()).orElseThrow());
        });
    }

    @Test
    void saysThatNobodyKnowsWhereKafkaDidNotAcknowledge() {
        acts.accepted(ENROLMENT, message);
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> trail.publish("T1", acts, () -> {
                    throw away();
                }));

        assertThat(told()).singleElement().satisfies(it -> {
            assertThat(it.outcome()).isEqualTo(Outcome.UNACKNOWLEDGED);
            assertThat(it.object()).isNotNull();
            assertThat(it.object().seal()).isNotNull();
            assertThat(it.object().topic()).isNull();
        });
    }

    @Test
    void doesNotAcknowledgeWhatIsNotAudited() {
        acts.accepted(ENROLMENT, message);
        producer.sendException = new TimeoutException();
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> trail.publish("T1", acts, () -> List.of(at(17))))
                .satisfies(it -> assertThat(it.type()).isEqualTo(ProblemType.KAFKA_UNAVAILABLE));
    }

    @Test
    void saysWhatWasRefusedAsAWholeUnlessItIsOnlyToBeSentLater() {
        RequestRefused refusal = new RequestRefused(ProblemType.STALE, "version 2 is held");
        trail.refused("T1", REQUESTER, Action.CONFIG_CHANGE, ObjectType.PROTOCOL, refusal, NOW);
        trail.refused("T1", REQUESTER, Action.CONFIG_CHANGE, ObjectType.PROTOCOL, away(), NOW);

        assertThat(told()).singleElement().satisfies(it -> {
            assertThat(it.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(it.reason()).isEqualTo("STALE");
        });
    }
}

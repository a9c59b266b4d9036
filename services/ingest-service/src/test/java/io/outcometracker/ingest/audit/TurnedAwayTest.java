package io.outcometracker.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final TurnedAway turnedAway =
            new TurnedAway(new AuditWriter("ingest-service", producer, trial -> List.of(), CLOCK), CLOCK);

    private static Caller caller(String id) {
        return new Caller(id, Set.of(Role.SITE), Set.of("T1"), Set.of("S01"));
    }

    private List<AuditEntry> told() {
        return producer.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    @Test
    void tellsTheFirstOfAKindAtOnce() {
        turnedAway.unauthenticated();
        turnedAway.forbidden(caller("nurse-17"));

        assertThat(told())
                .extracting(AuditEntry::action, AuditEntry::outcome, AuditEntry::reason, AuditEntry::actorId)
                .containsExactly(
                        tuple(Action.LOGIN, Outcome.REFUSED, "UNAUTHENTICATED", null),
                        tuple(Action.LOGIN, Outcome.REFUSED, "FORBIDDEN", "nurse-17"));
        assertThat(told().get(1).actorRoles()).containsExactly("site");
        assertThat(told()).extracting(AuditEntry::trial).containsOnlyNulls();
    }

    @Test
    void tellsThoseThatFollowTogether() {
        for (int i = 0; i < 5000; i++) {
            turnedAway.unauthenticated();
        }
        assertThat(told()).hasSize(1);
        turnedAway.tellTogether();
        assertThat(told()).hasSize(2);
        assertThat(told().get(1).count()).isEqualTo(4999);
        turnedAway.tellTogether();
        turnedAway.tellTogether();
        assertThat(told()).hasSize(2);
        turnedAway.unauthenticated();
        assertThat(told()).as("a new first").hasSize(3);
    }

    @Test
    void tellsWhatIsLeftWhenTheServiceEnds() {
        turnedAway.unauthenticated();
        turnedAway.unauthenticated();
        turnedAway.close();
        assertThat(told()).extracting(AuditEntry::count).containsExactly(null, 1);
    }

    @Test
    void manyWithAValidTokenCannotFloodItEither() {
        for (int i = 0; i < TurnedAway.MOST_KINDS + 500; i++) {
            turnedAway.forbidden(caller("nurse-" + i));
        }
        assertThat(told()).hasSize(TurnedAway.MOST_KINDS + 1);
        turnedAway.tellTogether();
        assertThat(told().get(TurnedAway.MOST_KINDS + 1).count()).isEqualTo(499);
    }

    @Test
    void doesNotMindThatKafkaIsAway() {
        producer.sendException = new TimeoutException();
        turnedAway.unauthenticated();
        assertThat(told()).isEmpty();
    }
}

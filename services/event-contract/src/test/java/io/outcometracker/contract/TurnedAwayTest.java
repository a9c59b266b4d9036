package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.TurnedAway.Attempt;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final TurnedAway turnedAway = new TurnedAway(
            new AuditWriter("ingest-service", producer, trial -> List.of(), CLOCK), CLOCK, Runnable::run);

    private static Actor nurse(Object number) {
        return new Actor("nurse-" + number, List.of("site"), null, null);
    }

    private List<AuditEntry> told() {
        return producer.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    @Test
    void tellsTheFirstOfAKindAtOnce() {
        turnedAway.unauthenticated();
        turnedAway.forbidden(nurse(17), null);

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
        assertThat(told()).extracting(AuditEntry::count).hasSize(2).containsOnlyNulls();
    }

    @Test
    void manyWithAValidTokenCannotFloodItEither() {
        for (int i = 0; i < TurnedAway.MOST_KINDS + 500; i++) {
            turnedAway.forbidden(nurse(i), null);
        }
        assertThat(told()).hasSize(TurnedAway.MOST_KINDS + 1);
        turnedAway.tellTogether();
        assertThat(told().get(TurnedAway.MOST_KINDS + 1).count()).isEqualTo(499);
    }

    @Test
    void namesTheTrialAndTheActOfWhoTriedWhatIsToBeFoundThere() {
        Attempt attempt = new Attempt("T1", Action.UNBLIND, ObjectType.UNBLINDING);
        turnedAway.forbidden(nurse(17), attempt);
        turnedAway.forbidden(nurse(17), attempt);
        turnedAway.forbidden(nurse(17), null);
        turnedAway.tellTogether();

        assertThat(told())
                .extracting(AuditEntry::trial, AuditEntry::action, AuditEntry::outcome, AuditEntry::reason)
                .containsExactly(
                        tuple("T1", Action.UNBLIND, Outcome.REFUSED, "FORBIDDEN"),
                        tuple(null, Action.LOGIN, Outcome.REFUSED, "FORBIDDEN"),
                        tuple("T1", Action.UNBLIND, Outcome.REFUSED, "FORBIDDEN"));
        assertThat(told().get(0).object()).isNotNull();
        assertThat(told().get(0).object().type()).isEqualTo(ObjectType.UNBLINDING);
    }

    @Test
    void tellsLaterWhatTheAuditDoesNotTake() {
        producer.sendException = new TimeoutException();
        turnedAway.unauthenticated();
        turnedAway.unauthenticated();
        turnedAway.tellTogether();
        assertThat(told()).isEmpty();

        producer.sendException = null;
        turnedAway.tellTogether();
        assertThat(told()).singleElement().extracting(AuditEntry::count).isEqualTo(2);
    }

    @Test
    void doesNotHoldUpTheAnswer() {
        List<Runnable> later = new ArrayList<>();
        TurnedAway quick = new TurnedAway(
                new AuditWriter("ingest-service", producer, trial -> List.of(), CLOCK), CLOCK, later::add);
        quick.unauthenticated();
        assertThat(told()).isEmpty();
        later.forEach(Runnable::run);
        assertThat(told()).hasSize(1);
    }
}

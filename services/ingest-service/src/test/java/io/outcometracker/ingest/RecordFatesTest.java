package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFatesTest {
    private final Decisions decisions = new Decisions();
    private final FatesDriver driver = FatesDriver.start(decisions);
    private final RecordFates fates = driver.fates();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Disposition decision(String participant, Subject subject, String recordId, int version, Fate fate) {
        return new Disposition("T1", participant, subject, recordId, version, fate, version, fate, Instant.EPOCH);
    }

    @Test
    void tellsWhatWasDecidedLast() {
        Disposition first = decision("P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED);
        Disposition stale = new Disposition(
                "T1", "P1", Subject.FOLLOW_UP, "R1", 1, Fate.STALE, 2, Fate.APPLIED, Instant.ofEpochSecond(1));
        driver.decide(first);
        assertThat(fates.find("T1", Subject.FOLLOW_UP, "R1")).containsExactly(first);

        driver.decide(stale);

        assertThat(fates.find("T1", Subject.FOLLOW_UP, "R1")).containsExactly(stale);
    }

    @Test
    void tellsOfEveryParticipantOfWhomTheRecordIdIsUsed() {
        Disposition one = decision("P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED);
        Disposition other = decision("P2", Subject.FOLLOW_UP, "R1", 3, Fate.PARKED);
        driver.decide(other);
        driver.decide(one);
        driver.decide(decision("P1", Subject.FOLLOW_UP, "R10", 1, Fate.APPLIED));
        driver.decide(decision("P1", Subject.FOLLOW_UP, "R", 1, Fate.APPLIED));

        assertThat(fates.find("T1", Subject.FOLLOW_UP, "R1")).containsExactly(one, other);
    }

    @Test
    void knowsAtWhichSiteAParticipantIsEnrolled() {
        driver.decide(enrolled("P1", "S01"));
        driver.decide(decision("P2", Subject.FOLLOW_UP, "P1", 1, Fate.PARKED));
        driver.decide(decision("P3", Subject.ENROLMENT, null, 1, Fate.APPLIED));

        assertThat(fates.siteOf("T1", "P1")).hasValue("S01");
        assertThat(fates.siteOf("T1", "P2")).isEmpty();
        assertThat(fates.siteOf("T1", "P3")).isEmpty();
        assertThat(fates.siteOf("T2", "P1")).isEmpty();
        assertThat(fates.siteOf("T1", "")).isEmpty();

        driver.decide(enrolled("P1", "S02"));

        assertThat(fates.siteOf("T1", "P1")).hasValue("S02");
    }

    private static Disposition enrolled(String participant, String site) {
        return new Disposition(
                "T1",
                participant,
                Subject.ENROLMENT,
                null,
                1,
                Fate.APPLIED,
                1,
                Fate.APPLIED,
                Instant.EPOCH,
                site,
                null);
    }

    @Test
    void keepsFollowUpsAndAdverseEventsApart() {
        Disposition event = decision("P1", Subject.ADVERSE_EVENT, "R1", 1, Fate.APPLIED);
        driver.decide(event);

        assertThat(fates.find("T1", Subject.ADVERSE_EVENT, "R1")).containsExactly(event);
        assertThat(fates.find("T1", Subject.FOLLOW_UP, "R1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"T2, R1", "T1, R2", "T, R1", "T1, r1", "T1, ''", "T1, R1|P1", "T1|follow-up, R1", "'', ''"})
    void tellsNothingOfWhatIsUnknown(String trial, String recordId) {
        driver.decide(decision("P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED));

        assertThat(fates.find(trial, Subject.FOLLOW_UP, recordId)).isEmpty();
    }

    @Test
    void tellsThoseWhoWaitForAnySubject() {
        CompletableFuture<List<Optional<Fate>>> fates = decisions
                .expect(List.of(
                        "T1|P1|follow-up|R1|1", "T1|P1|adverse-event|R1|1", "T1|P1|enrolment|2", "T1|P1|erasure|1"))
                .within(Duration.ofMinutes(1))
                .thenApply(decided ->
                        decided.stream().map(it -> it.map(Disposition::fate)).toList());

        driver.decide(decision("P1", Subject.ADVERSE_EVENT, "R1", 1, Fate.PARKED));
        driver.decide(decision("P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED));
        driver.decide(decision("P1", Subject.ENROLMENT, null, 2, Fate.STALE));
        driver.decide(decision("P1", Subject.ERASURE, null, 1, Fate.APPLIED));

        assertThat(fates)
                .isCompletedWithValue(List.of(
                        Optional.of(Fate.APPLIED),
                        Optional.of(Fate.PARKED),
                        Optional.of(Fate.STALE),
                        Optional.of(Fate.APPLIED)));
    }

    @Test
    void passesOverAKeyThatIsTakenOut() {
        driver.topic().pipeInput("T1|P1|follow-up|R1", null);

        assertThat(fates.find("T1", Subject.FOLLOW_UP, "R1")).isEmpty();
    }

    @Test
    void saysWhenItCannotLookUp() {
        RecordFates away = new RecordFates(decisions, () -> {
            throw new InvalidStateStoreException("not running");
        });

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> away.find("T1", Subject.FOLLOW_UP, "R1"))
                .matches(it -> it.type() == ProblemType.KAFKA_UNAVAILABLE);
    }
}

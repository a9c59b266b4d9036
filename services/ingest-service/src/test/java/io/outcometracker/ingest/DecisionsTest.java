package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DecisionsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Decisions decisions = new Decisions();

    private static Disposition followUp(String recordId, int version, Fate fate) {
        return new Disposition("T1", "P1", Subject.FOLLOW_UP, recordId, version, fate, version, fate, Instant.EPOCH);
    }

    private static String id(String recordId, int version) {
        return "T1|P1|follow-up|" + recordId + '|' + version;
    }

    private static List<Optional<Fate>> fates(List<Optional<Disposition>> decisions) {
        return decisions.stream().map(it -> it.map(Disposition::fate)).toList();
    }

    @Test
    void tellsEachRecordItsOwnDecision() {
        CompletableFuture<List<Optional<Fate>>> fates =
                decisions.expect(List.of(id("R1", 1), id("R2", 1))).within(LONG).thenApply(DecisionsTest::fates);

        decisions.decided(followUp("R2", 1, Fate.PARKED));
        assertThat(fates).isNotDone();
        decisions.decided(followUp("R1", 2, Fate.STALE));
        assertThat(fates).isNotDone();
        decisions.decided(followUp("R1", 1, Fate.APPLIED));

        assertThat(fates).isCompletedWithValue(List.of(Optional.of(Fate.APPLIED), Optional.of(Fate.PARKED)));
    }

    @Test
    void nobodyWaitsAnyLongerThanTheServiceRuns() {
        CompletableFuture<List<Optional<Fate>>> before =
                decisions.expect(List.of(id("R1", 1), id("R2", 1))).within(LONG).thenApply(DecisionsTest::fates);
        decisions.decided(followUp("R2", 1, Fate.APPLIED));

        decisions.stop();

        assertThat(before).isCompletedWithValue(List.of(Optional.empty(), Optional.of(Fate.APPLIED)));
        assertThat(decisions.expect(List.of(id("R3", 1))).within(LONG).thenApply(DecisionsTest::fates))
                .isCompletedWithValue(List.of(Optional.empty()));
        assertThat(decisions.awaitedIds()).isZero();
    }

    @Test
    void knowsAnEnrolmentByItsParticipant() {
        CompletableFuture<List<Optional<Fate>>> fates =
                decisions.expect(List.of("T1|P1|enrolment|3")).within(LONG).thenApply(DecisionsTest::fates);

        decisions.decided(
                new Disposition("T1", "P1", Subject.ENROLMENT, null, 3, Fate.APPLIED, 3, Fate.APPLIED, Instant.EPOCH));

        assertThat(fates).isCompletedWithValue(List.of(Optional.of(Fate.APPLIED)));
    }

    @Test
    void decidesRecordsOfTheSameIdInTheOrderInWhichTheyCame() {
        CompletableFuture<List<Optional<Fate>>> first =
                decisions.expect(List.of(id("R1", 1), id("R1", 1))).within(LONG).thenApply(DecisionsTest::fates);
        CompletableFuture<List<Optional<Fate>>> second =
                decisions.expect(List.of(id("R1", 1))).within(LONG).thenApply(DecisionsTest::fates);

        decisions.decided(followUp("R1", 1, Fate.APPLIED));
        decisions.decided(followUp("R1", 1, Fate.DUPLICATE));
        decisions.decided(followUp("R1", 1, Fate.VERSION_REUSED));

        assertThat(first).isCompletedWithValue(List.of(Optional.of(Fate.APPLIED), Optional.of(Fate.DUPLICATE)));
        assertThat(second).isCompletedWithValue(List.of(Optional.of(Fate.VERSION_REUSED)));
    }

    @Test
    void leavesOpenWhatIsNotDecidedInTime() {
        Decisions.Awaited awaited = decisions.expect(List.of(id("R1", 1), id("R2", 1)));
        decisions.decided(followUp("R1", 1, Fate.APPLIED));

        assertThat(awaited.within(Duration.ZERO).thenApply(DecisionsTest::fates))
                .succeedsWithin(LONG)
                .isEqualTo(List.of(Optional.of(Fate.APPLIED), Optional.empty()));
    }

    @Test
    void forgetsWhatIsNoLongerAwaited() {
        Decisions.Awaited decided = decisions.expect(List.of(id("R1", 1)));
        CompletableFuture<List<Optional<Fate>>> fates = decided.within(LONG).thenApply(DecisionsTest::fates);
        Decisions.Awaited late = decisions.expect(List.of(id("R1", 1), id("R2", 1)));
        assertThat(decisions.awaitedIds()).isEqualTo(2);

        decisions.decided(followUp("R1", 1, Fate.APPLIED));
        assertThat(fates).isDone();
        assertThat(late.within(Duration.ZERO)).succeedsWithin(LONG);

        assertThat(decisions.awaitedIds()).isZero();
    }

    @Test
    void passesOverDecisionsThatNobodyAwaits() {
        decisions.decided(followUp("R1", 1, Fate.APPLIED));

        assertThat(decisions.awaitedIds()).isZero();
    }

    @Test
    void hasNothingToWaitForWithoutRecords() {
        assertThat(decisions.expect(List.of()).within(LONG)).isCompletedWithValue(List.of());
    }
}

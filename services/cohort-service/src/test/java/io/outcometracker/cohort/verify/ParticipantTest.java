package io.outcometracker.cohort.verify;

import static io.outcometracker.cohort.Reports.DAY1;
import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.score;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.Reports.FollowUpReport;
import io.outcometracker.cohort.chart.ParticipantChart;
import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.chart.Reported;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParticipantTest {
    private static final Endpoint W4 = new Endpoint(WorkedExample.TRIAL, "W4", "NRS");

    private final Participant participant = new Participant();

    private void enrol() {
        participant.report(enrolment("P1").build());
    }

    private void leave(int version, Enrolment.Status how, LocalDate on) {
        participant.report(enrolment("P1").version(version).left(how, on, null).build());
    }

    private static FollowUpReport record(String id, int version, int value) {
        return score("P1", "W4", "NRS", value).record(id).version(version);
    }

    private void report(String id, int version, int value) {
        participant.report(record(id, version, value).build());
    }

    private void retract(String id, int version) {
        participant.report(record(id, version, 0).retracted().build());
    }

    private Fate fate(String id) {
        return participant.fate(Objects.requireNonNull(participant.followUps().get(id)));
    }

    private Fate fateOfEvent(String id) {
        return participant.fate(
                Objects.requireNonNull(participant.adverseEvents().get(id)));
    }

    private @Nullable BigDecimal counted() {
        return participant.applied(W4).map(Participant::score).orElse(null);
    }

    @Test
    void takesTheHighestVersionInWhateverOrder() {
        enrol();
        report("A", 3, 5);
        report("A", 1, 7);
        report("A", 2, 6);

        assertThat(counted()).isEqualTo(BigDecimal.valueOf(5));
    }

    @Test
    void keepsTheFirstContentOfAVersion() {
        enrol();
        report("A", 1, 7);
        report("A", 1, 6);

        assertThat(counted()).isEqualTo(BigDecimal.valueOf(7));
    }

    @Test
    void givesAPlaceToWhoCameFirstUntilThatIsRetractedAndTheOtherIsSentAgain() {
        enrol();
        report("A", 1, 7);
        report("B", 1, 6);
        assertThat(fate("B")).isEqualTo(Fate.CONFLICT);

        retract("A", 2);
        assertThat(fate("A")).isEqualTo(Fate.RETRACTED);
        assertThat(fate("B")).isEqualTo(Fate.CONFLICT);
        assertThat(counted()).isNull();

        report("B", 1, 6);
        assertThat(fate("B")).isEqualTo(Fate.APPLIED);
        assertThat(counted()).isEqualTo(BigDecimal.valueOf(6));
    }

    @Test
    void doesNotSettleAConflictByAnotherContentOfTheSameVersion() {
        enrol();
        report("A", 1, 7);
        report("B", 1, 6);
        retract("A", 2);
        report("B", 1, 5);

        assertThat(fate("B")).isEqualTo(Fate.CONFLICT);
    }

    @Test
    void parksUntilEnrolledAndWhileScreened() {
        report("A", 1, 7);
        participant.report(adverseEvent("P1", "E").build());
        assertThat(fate("A")).isEqualTo(Fate.PARKED);
        assertThat(fateOfEvent("E")).isEqualTo(Fate.PARKED);

        participant.report(enrolment("P1").screened().build());
        assertThat(fate("A")).isEqualTo(Fate.PARKED);
        assertThat(fateOfEvent("E")).isEqualTo(Fate.PARKED);

        participant.report(enrolment("P1").version(2).build());
        assertThat(fate("A")).isEqualTo(Fate.APPLIED);
        assertThat(fateOfEvent("E")).isEqualTo(Fate.APPLIED);
    }

    @Test
    void leavesOutOnlyWhatWasAssessedAfterTheWithdrawal() {
        report("A", 1, 7);
        leave(1, Enrolment.Status.FOLLOW_UP_WITHDRAWN, DAY1);
        assertThat(fate("A")).isEqualTo(Fate.APPLIED);

        leave(2, Enrolment.Status.FOLLOW_UP_WITHDRAWN, DAY1.minusDays(1));
        assertThat(fate("A")).isEqualTo(Fate.WITHDRAWN);

        leave(3, Enrolment.Status.OFF_STUDY, DAY1.minusDays(1));
        assertThat(fate("A")).isEqualTo(Fate.APPLIED);
    }

    @Test
    void hasNoScoreFromBeyondTheLimitOfDetection() {
        enrol();
        participant.report(record("A", 1, 7).outsideLimits(Comparator.LESS).build());

        assertThat(participant.applied(W4)).isPresent();
        assertThat(counted()).isNull();
    }

    @Test
    void countsAdverseEventsFromDay1On() {
        enrol();
        participant.report(adverseEvent("P1", "before").onset(DAY1.minusDays(1)).build());
        participant.report(adverseEvent("P1", "first").build());
        participant.report(adverseEvent("P1", "mistaken").version(2).retracted().build());
        participant.report(adverseEvent("P1", "mistaken").build());

        assertThat(participant.countedEvents())
                .extracting(AdverseEvent::recordId)
                .containsExactly("first");
        assertThat(fateOfEvent("mistaken")).isEqualTo(Fate.RETRACTED);
    }

    @Test
    void forgetsTheErasedWhateverComesLater() {
        enrol();
        report("A", 1, 7);
        participant.erase();
        retract("B", 1);
        participant.report(adverseEvent("P1", "E").build());

        assertThat(fate("A")).isEqualTo(Fate.ERASED);
        assertThat(fate("B")).isEqualTo(Fate.ERASED);
        assertThat(fateOfEvent("E")).isEqualTo(Fate.ERASED);
        assertThat(participant.enrolment()).isEmpty();
        assertThat(counted()).isNull();
        assertThat(participant.countedEvents()).isEmpty();
    }

    /** Two ways to the same end, of whatever was reported. */
    @SeededTest
    void decidesAsTheChartDoes(long seed) {
        Random random = new Random(seed);
        ParticipantChart chart = ParticipantChart.EMPTY;
        for (int step = 0; step < 500; step++) {
            int kind = random.nextInt(20);
            if (kind == 0) {
                Enrolment reported = anyEnrolment(random);
                participant.report(reported);
                chart = chart.apply(reported).chart();
            } else if (kind < 4) {
                AdverseEvent reported = anyAdverseEvent(random);
                participant.report(reported);
                chart = chart.apply(reported).chart();
            } else {
                FollowUp reported = anyFollowUp(random);
                participant.report(reported);
                chart = chart.apply(reported).chart();
            }
            assertThat(standings()).isEqualTo(chart.standings());
        }
    }

    private Map<Reported, Standing> standings() {
        Map<Reported, Standing> standings = new HashMap<>();
        participant
                .enrolment()
                .ifPresent(it -> standings.put(Reported.ENROLMENT, new Standing(it.version(), Fate.APPLIED)));
        participant
                .followUps()
                .forEach((id, it) -> standings.put(
                        Reported.followUp(id),
                        new Standing(
                                it.version(),
                                participant.fate(it),
                                participant.assessed(it).orElse(null))));
        participant
                .adverseEvents()
                .forEach((id, it) ->
                        standings.put(Reported.adverseEvent(id), new Standing(it.version(), participant.fate(it))));
        return standings;
    }

    private static Enrolment anyEnrolment(Random random) {
        var report = enrolment("P1").version(1 + random.nextInt(30));
        LocalDate date = DAY1.plusDays(random.nextInt(3));
        return switch (random.nextInt(4)) {
            case 0 -> report.screened().build();
            case 1 ->
                report.left(Enrolment.Status.FOLLOW_UP_WITHDRAWN, date, null).build();
            case 2 -> report.left(Enrolment.Status.OFF_STUDY, date, null).build();
            default -> report.build();
        };
    }

    private static AdverseEvent anyAdverseEvent(Random random) {
        var report = adverseEvent("P1", "E" + random.nextInt(3))
                .version(1 + random.nextInt(20))
                .site(anySite(random));
        return random.nextInt(4) == 0 ? report.retracted().build() : report.build();
    }

    /** Few records and places and many versions, so that they meet. */
    private static FollowUp anyFollowUp(Random random) {
        var report = score("P1", random.nextBoolean() ? "W4" : "BL", "NRS", random.nextInt(2))
                .record("R" + random.nextInt(6))
                .version(1 + random.nextInt(100))
                .site(anySite(random))
                .assessedOn(DAY1.plusDays(random.nextInt(3)));
        return switch (random.nextInt(5)) {
            case 0 -> report.retracted().build();
            case 1 -> report.notDone().build();
            default -> report.build();
        };
    }

    /** Mostly the one at which the participant is. */
    private static String anySite(Random random) {
        return "S" + (1 + random.nextInt(6) / 4);
    }
}

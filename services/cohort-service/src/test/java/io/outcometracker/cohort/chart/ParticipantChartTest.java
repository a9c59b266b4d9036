package io.outcometracker.cohort.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Filled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Status;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParticipantChartTest {
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 13);
    private static final LocalDate ASSESSED = LocalDate.of(2025, 2, 10);
    private static final Cell ACTIVE = new Cell("S1", "ACT", new TreeMap<>());
    private static final Cell PLACEBO = new Cell("S1", "PBO", new TreeMap<>());
    private static final Presence ON_STUDY = new Presence(DAY1, null);

    private ParticipantChart chart = ParticipantChart.EMPTY;

    private Fate report(Enrolment enrolment) {
        ParticipantChart.Decision decision = chart.apply(enrolment);
        chart = decision.chart();
        return decision.fate();
    }

    private Fate report(FollowUp followUp) {
        ParticipantChart.Decision decision = chart.apply(followUp);
        chart = decision.chart();
        return decision.fate();
    }

    private Map<String, Map<TallyRow, Long>> counted() {
        return chart.changesSince(ParticipantChart.EMPTY, "T1");
    }

    private static Enrolment enrolled(int version, String arm) {
        return enrolled(version, arm, Enrolment.Status.ON_STUDY, null);
    }

    private static Enrolment enrolled(
            int version, String arm, Enrolment.Status status, @Nullable LocalDate offStudyOn) {
        return new Enrolment("T1", "P1", version, "S1", arm, DAY1, null, status, offStudyOn, null, Instant.EPOCH, 1);
    }

    private static FollowUp score(String recordId, int version, String visit, @Nullable String value, Status status) {
        return new FollowUp(
                "T1",
                recordId,
                version,
                "S1",
                "P1",
                visit,
                visit.equals("BL"),
                "NRS",
                value == null ? null : new BigDecimal(value),
                value,
                null,
                null,
                ASSESSED,
                status,
                version > 1 ? "corrected" : null,
                null,
                Instant.EPOCH,
                1);
    }

    private static FollowUp score(String recordId, int version, String visit, String value) {
        return score(recordId, version, visit, value, Status.FINAL);
    }

    private static FollowUp retraction(String recordId, int version, String visit) {
        return score(recordId, version, visit, null, Status.ENTERED_IN_ERROR);
    }

    private static Map<TallyRow, Long> rows(Cell cell, String value, @Nullable String baseline) {
        return Map.of(
                new Filled(cell, ON_STUDY),
                1L,
                new Score(cell, new BigDecimal(value), baseline == null ? null : new BigDecimal(baseline)),
                1L);
    }

    @Test
    void countsAScoreOfAnEnrolledParticipant() {
        report(enrolled(1, "ACT"));

        assertThat(report(score("r1", 1, "W4", "5"))).isEqualTo(Fate.APPLIED);

        assertThat(counted())
                .containsOnly(
                        Map.entry("T1", Map.of(new Enrolled(ACTIVE, ON_STUDY), 1L)),
                        Map.entry("T1|W4|NRS", rows(ACTIVE, "5", null)));
    }

    @Test
    void countsARepeatedRecordOnce() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));
        ParticipantChart once = chart;

        assertThat(report(score("r1", 1, "W4", "5.0"))).isEqualTo(Fate.DUPLICATE);
        assertThat(chart).isEqualTo(once);
    }

    @Test
    void refusesOtherContentUnderAVersionThatWasUsed() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));

        assertThat(report(score("r1", 1, "W4", "6"))).isEqualTo(Fate.VERSION_REUSED);
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "5", null));
    }

    @Test
    void replacesAScoreByItsAmendment() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));
        ParticipantChart before = chart;

        assertThat(report(score("r1", 2, "W4", "6", Status.AMENDED))).isEqualTo(Fate.APPLIED);

        Map<TallyRow, Long> difference = Map.of(
                new Score(ACTIVE, new BigDecimal("5"), null), -1L, new Score(ACTIVE, new BigDecimal("6"), null), 1L);
        assertThat(chart.changesSince(before, "T1")).containsOnly(Map.entry("T1|W4|NRS", difference));
    }

    @Test
    void ignoresAnEarlierVersionThatComesLate() {
        report(enrolled(1, "ACT"));
        report(score("r1", 2, "W4", "6", Status.AMENDED));

        assertThat(report(score("r1", 1, "W4", "5"))).isEqualTo(Fate.STALE);
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "6", null));
        assertThat(chart.standings()).containsEntry("r1", new Standing(2, Fate.APPLIED));
    }

    @Test
    void takesARetractedScoreOut() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));

        assertThat(report(retraction("r1", 2, "W4"))).isEqualTo(Fate.RETRACTED);
        assertThat(counted()).containsOnlyKeys("T1");
    }

    @Test
    void countsARetractedRecordAgainWhenALaterVersionRestoresIt() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));
        report(retraction("r1", 2, "W4"));

        assertThat(report(score("r1", 3, "W4", "5", Status.AMENDED))).isEqualTo(Fate.APPLIED);
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "5", null));
    }

    @Test
    void holdsASecondRecordForTheSameSlotUntilItIsSentAgainWithTheSlotFree() {
        report(enrolled(1, "ACT"));
        report(score("wrong", 1, "W4", "1"));

        assertThat(report(score("right", 1, "W4", "5"))).isEqualTo(Fate.CONFLICT);
        assertThat(report(score("right", 1, "W4", "5"))).isEqualTo(Fate.CONFLICT);
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "1", null));

        report(retraction("wrong", 2, "W4"));
        assertThat(counted()).containsOnlyKeys("T1");
        assertThat(report(score("right", 1, "W4", "5"))).isEqualTo(Fate.APPLIED);
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "5", null));
    }

    @Test
    void movesARecordWhoseVisitWasCorrected() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));

        assertThat(report(score("r1", 2, "M4", "5", Status.AMENDED))).isEqualTo(Fate.APPLIED);
        assertThat(counted()).containsOnlyKeys("T1", "T1|M4|NRS");
    }

    @Test
    void doesNotMoveARecordIntoASlotThatIsTaken() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));
        report(score("r2", 1, "M4", "3"));

        assertThat(report(score("r1", 2, "M4", "5", Status.AMENDED))).isEqualTo(Fate.CONFLICT);
        assertThat(counted()).containsOnlyKeys("T1", "T1|M4|NRS").containsEntry("T1|M4|NRS", rows(ACTIVE, "3", null));
    }

    @Test
    void parksRecordsUntilTheParticipantIsEnrolled() {
        assertThat(report(score("r1", 1, "W4", "5"))).isEqualTo(Fate.PARKED);
        assertThat(counted()).isEmpty();

        report(enrolled(1, "ACT"));

        assertThat(chart.standings()).containsEntry("r1", new Standing(1, Fate.APPLIED));
        assertThat(counted()).containsEntry("T1|W4|NRS", rows(ACTIVE, "5", null));
    }

    @Test
    void pairsEveryLaterScoreWithABaselineThatComesLate() {
        report(enrolled(1, "ACT"));
        report(score("w4", 1, "W4", "5"));
        report(score("m4", 1, "M4", "3"));

        report(score("bl", 1, "BL", "7"));

        assertThat(counted())
                .containsEntry("T1|BL|NRS", rows(ACTIVE, "7", null))
                .containsEntry("T1|W4|NRS", rows(ACTIVE, "5", "7"))
                .containsEntry("T1|M4|NRS", rows(ACTIVE, "3", "7"));
    }

    @Test
    void movesEverythingToTheCorrectedArm() {
        report(enrolled(1, "ACT"));
        report(score("bl", 1, "BL", "7"));
        report(score("w4", 1, "W4", "5"));

        assertThat(report(enrolled(2, "PBO"))).isEqualTo(Fate.APPLIED);

        assertThat(counted())
                .containsOnly(
                        Map.entry("T1", Map.of(new Enrolled(PLACEBO, ON_STUDY), 1L)),
                        Map.entry("T1|BL|NRS", rows(PLACEBO, "7", null)),
                        Map.entry("T1|W4|NRS", rows(PLACEBO, "5", "7")));
    }

    @Test
    void ignoresAnEarlierEnrolmentThatComesLate() {
        report(enrolled(2, "PBO"));
        ParticipantChart before = chart;

        assertThat(report(enrolled(1, "ACT"))).isEqualTo(Fate.STALE);
        assertThat(report(enrolled(2, "PBO"))).isEqualTo(Fate.DUPLICATE);
        assertThat(report(enrolled(2, "ACT"))).isEqualTo(Fate.VERSION_REUSED);
        assertThat(chart).isEqualTo(before);
    }

    @Test
    void keepsWhatWasAssessedUpToTheWithdrawalAndNothingLater() {
        report(enrolled(1, "ACT"));
        report(score("bl", 1, "BL", "7"));
        report(enrolled(2, "ACT", Enrolment.Status.FOLLOW_UP_WITHDRAWN, ASSESSED));

        assertThat(chart.standings()).containsEntry("bl", new Standing(1, Fate.APPLIED));

        report(enrolled(3, "ACT", Enrolment.Status.FOLLOW_UP_WITHDRAWN, ASSESSED.minusDays(1)));
        assertThat(chart.standings()).containsEntry("bl", new Standing(1, Fate.WITHDRAWN));
        assertThat(report(score("w4", 1, "W4", "5"))).isEqualTo(Fate.WITHDRAWN);
        assertThat(counted()).containsOnlyKeys("T1");
    }

    @Test
    void keepsCountingAParticipantWhoOnlyStoppedTreatment() {
        report(enrolled(1, "ACT", Enrolment.Status.OFF_STUDY, ASSESSED.minusDays(1)));

        assertThat(report(score("w4", 1, "W4", "5"))).isEqualTo(Fate.APPLIED);
    }

    @Test
    void settlesAVisitThatWasNotDoneWithoutAScore() {
        report(enrolled(1, "ACT"));

        assertThat(report(score("w4", 1, "W4", null, Status.NOT_DONE))).isEqualTo(Fate.APPLIED);
        assertThat(counted()).containsEntry("T1|W4|NRS", Map.of(new Filled(ACTIVE, ON_STUDY), 1L));
    }

    @Test
    void hasNoChangesWhereNothingChanged() {
        report(enrolled(1, "ACT"));
        report(score("r1", 1, "W4", "5"));

        assertThat(chart.changesSince(chart, "T1")).isEmpty();
    }
}

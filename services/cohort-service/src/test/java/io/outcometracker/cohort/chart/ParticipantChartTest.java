package io.outcometracker.cohort.chart;

import static io.outcometracker.cohort.Reports.DAY1;
import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.erasure;
import static io.outcometracker.contract.Disposition.Fate.APPLIED;
import static io.outcometracker.contract.Disposition.Fate.CONFLICT;
import static io.outcometracker.contract.Disposition.Fate.DUPLICATE;
import static io.outcometracker.contract.Disposition.Fate.ERASED;
import static io.outcometracker.contract.Disposition.Fate.OTHER_SITE;
import static io.outcometracker.contract.Disposition.Fate.PARKED;
import static io.outcometracker.contract.Disposition.Fate.RETRACTED;
import static io.outcometracker.contract.Disposition.Fate.STALE;
import static io.outcometracker.contract.Disposition.Fate.VERSION_REUSED;
import static io.outcometracker.contract.Disposition.Fate.WITHDRAWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.Reports;
import io.outcometracker.cohort.Reports.AdverseEventReport;
import io.outcometracker.cohort.Reports.EnrolmentReport;
import io.outcometracker.cohort.Reports.FollowUpReport;
import io.outcometracker.cohort.chart.ParticipantChart.Standing;
import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Participation;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.contract.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;

class ParticipantChartTest {
    private static final String TRIAL = "T1";
    private static final String ROSTER = "T1";
    private static final String PARTICIPANTS = "T1|participants";
    private static final String W4 = "T1|W4|NRS";

    /** Study day 29. */
    private static final LocalDate ASSESSED = DAY1.plusDays(28);

    private static final Cell ACTIVE = new Cell("S1", "ACT", new TreeMap<>());
    private static final Cell PLACEBO = new Cell("S1", "PBO", new TreeMap<>());
    private static final Presence ON_STUDY = new Presence(DAY1, null);

    private ParticipantChart chart = ParticipantChart.EMPTY;

    private Fate report(ParticipantEvent event) {
        ParticipantChart.Decision decision = event.applyTo(chart);
        chart = decision.chart();
        return decision.fate();
    }

    private Map<String, Map<TallyRow, Long>> counted() {
        return chart.changesSince(ParticipantChart.EMPTY, TRIAL);
    }

    private static EnrolmentReport enrolled(int version) {
        return enrolment("P1").version(version);
    }

    private static EnrolmentReport left(int version, Status how, LocalDate on) {
        return enrolled(version).left(how, on, "WITHDRAWAL BY SUBJECT");
    }

    private static FollowUpReport score(String recordId, int version, String visit, String value) {
        return Reports.score("P1", visit, "NRS", value)
                .record(recordId)
                .version(version)
                .assessedOn(ASSESSED);
    }

    private static AdverseEventReport harm(String recordId, int version) {
        return adverseEvent("P1", recordId).version(version);
    }

    private static Standing applied(int version, String visit, int studyDay) {
        return new Standing(version, APPLIED, new Assessed(visit, studyDay));
    }

    private static Standing standing(ParticipantChart chart, String recordId) {
        return chart.standings().get(Reported.followUp(recordId));
    }

    /** What a score counts for when it was assessed on study day 29. */
    private static Map<TallyRow, Long> rows(Cell cell, String value, @Nullable String baseline) {
        return rows(cell, ON_STUDY, value, baseline);
    }

    private static Map<TallyRow, Long> rows(Cell cell, Presence presence, String value, @Nullable String baseline) {
        return Map.of(
                new Result(
                        cell,
                        presence,
                        29,
                        Report.SCORE,
                        new BigDecimal(value),
                        baseline == null ? null : new BigDecimal(baseline)),
                1L);
    }

    /** Of a score of 5. */
    private static Result assessed(@Nullable Integer studyDay, Presence presence) {
        return new Result(ACTIVE, presence, studyDay, Report.SCORE, new BigDecimal("5"), null);
    }

    private static Result result(@Nullable Integer studyDay, Report report, @Nullable BigDecimal value) {
        return new Result(ACTIVE, ON_STUDY, studyDay, report, value, null);
    }

    private static Map<TallyRow, Long> participation(int events, int seriousEvents, @Nullable Severity worst) {
        return Map.of(new Participation(ACTIVE, ON_STUDY, Status.ON_STUDY, null, events, seriousEvents, worst), 1L);
    }

    /**
     * One rule of what a site may send of a record.
     *
     * @param before what was reported before
     * @param fate what becomes of the report
     * @param counted the score that counts at week 4 then; absent if none
     */
    private record Rule(
            String situation,
            List<ParticipantEvent> before,
            ParticipantEvent reported,
            Fate fate,
            @Nullable String counted) {}

    private static Stream<Arguments> rules() {
        ParticipantEvent here = enrolled(1).event();
        ParticipantEvent five = score("r1", 1, "W4", "5").event();
        ParticipantEvent six = score("r1", 2, "W4", "6").event();
        ParticipantEvent takenBack = score("r1", 2, "W4", "5").retracted().event();
        ParticipantEvent other = score("r2", 1, "W4", "3").event();
        return Stream.of(
                        new Rule("a new record", List.of(here), five, APPLIED, "5"),
                        new Rule("same version, same content", List.of(here, five), five, DUPLICATE, "5"),
                        new Rule(
                                "same version, same content in another notation",
                                List.of(here, five),
                                score("r1", 1, "W4", "5.0").event(),
                                DUPLICATE,
                                "5"),
                        new Rule(
                                "same version, other content",
                                List.of(here, five),
                                score("r1", 1, "W4", "6").event(),
                                VERSION_REUSED,
                                "5"),
                        new Rule("higher version", List.of(here, five), six, APPLIED, "6"),
                        new Rule("lower version than held", List.of(here, six), five, STALE, "6"),
                        new Rule("entered in error", List.of(here, five), takenBack, RETRACTED, null),
                        new Rule(
                                "entered in error, sent again",
                                List.of(here, five, takenBack),
                                takenBack,
                                DUPLICATE,
                                null),
                        new Rule("entered in error, overtaken by it", List.of(here, takenBack), five, STALE, null),
                        new Rule(
                                "restored after it was entered in error",
                                List.of(here, five, takenBack),
                                score("r1", 3, "W4", "5").event(),
                                APPLIED,
                                "5"),
                        new Rule("occupied slot", List.of(here, five), other, CONFLICT, "5"),
                        new Rule("occupied slot, sent again", List.of(here, five, other), other, CONFLICT, "5"),
                        new Rule(
                                "occupied slot, sent again with other content",
                                List.of(here, five, other),
                                score("r2", 1, "W4", "4").event(),
                                VERSION_REUSED,
                                "5"),
                        new Rule(
                                "occupied slot, amended",
                                List.of(here, five, other),
                                score("r2", 2, "W4", "4").event(),
                                CONFLICT,
                                "5"),
                        new Rule(
                                "occupied slot, taken back",
                                List.of(here, five, other),
                                score("r2", 2, "W4", "3").retracted().event(),
                                RETRACTED,
                                "5"),
                        new Rule("slot freed by a retraction", List.of(here, five, other), takenBack, RETRACTED, null),
                        new Rule(
                                "sent again when the slot is free",
                                List.of(here, five, other, takenBack),
                                other,
                                APPLIED,
                                "3"),
                        new Rule(
                                "amended when the slot is free",
                                List.of(here, five, other, takenBack),
                                score("r2", 2, "W4", "4").event(),
                                APPLIED,
                                "4"),
                        new Rule(
                                "sent again when the slot is free, but an earlier version",
                                List.of(here, five, score("r2", 2, "W4", "4").event(), takenBack),
                                other,
                                STALE,
                                null),
                        new Rule(
                                "slot that a record in conflict wants too",
                                List.of(here, five, other, takenBack),
                                score("r3", 1, "W4", "2").event(),
                                APPLIED,
                                "2"),
                        new Rule(
                                "occupied by a visit that was not done",
                                List.of(
                                        here,
                                        score("r1", 1, "W4", "5").notDone().event()),
                                other,
                                CONFLICT,
                                null),
                        new Rule(
                                "moved out of its slot",
                                List.of(here, five),
                                score("r1", 2, "M4", "5").event(),
                                APPLIED,
                                null),
                        new Rule(
                                "moved into an occupied slot",
                                List.of(here, five, score("r2", 1, "M4", "3").event()),
                                score("r2", 2, "W4", "3").event(),
                                CONFLICT,
                                "5"),
                        new Rule("before the enrolment", List.of(), five, PARKED, null),
                        new Rule("before the enrolment, sent again", List.of(five), five, DUPLICATE, null),
                        new Rule(
                                "while screened", List.of(enrolled(1).screened().event()), five, PARKED, null),
                        new Rule(
                                "of somebody excluded",
                                List.of(enrolled(1).excluded("AGE").event()),
                                five,
                                PARKED,
                                null),
                        new Rule("taken back before the enrolment", List.of(five), takenBack, RETRACTED, null),
                        new Rule("released by the enrolment", List.of(five), here, APPLIED, "5"),
                        new Rule(
                                "assessed on the day of the withdrawal",
                                List.of(left(1, Status.FOLLOW_UP_WITHDRAWN, ASSESSED)
                                        .event()),
                                five,
                                APPLIED,
                                "5"),
                        new Rule(
                                "assessed after the withdrawal",
                                List.of(left(1, Status.FOLLOW_UP_WITHDRAWN, ASSESSED.minusDays(1))
                                        .event()),
                                five,
                                WITHDRAWN,
                                null),
                        new Rule(
                                "assessed after the withdrawal, reported before it",
                                List.of(here, five),
                                left(2, Status.FOLLOW_UP_WITHDRAWN, ASSESSED.minusDays(1))
                                        .event(),
                                APPLIED,
                                null),
                        new Rule(
                                "assessed after a withdrawal that was corrected",
                                List.of(
                                        left(1, Status.FOLLOW_UP_WITHDRAWN, ASSESSED.minusDays(1))
                                                .event(),
                                        five),
                                left(2, Status.FOLLOW_UP_WITHDRAWN, ASSESSED).event(),
                                APPLIED,
                                "5"),
                        new Rule(
                                "taken back after the withdrawal",
                                List.of(
                                        left(1, Status.FOLLOW_UP_WITHDRAWN, ASSESSED.minusDays(1))
                                                .event(),
                                        five),
                                takenBack,
                                RETRACTED,
                                null),
                        new Rule(
                                "assessed after only treatment was stopped",
                                List.of(left(1, Status.OFF_STUDY, ASSESSED.minusDays(1))
                                        .event()),
                                five,
                                APPLIED,
                                "5"),
                        new Rule(
                                "assessed years ago",
                                List.of(here),
                                score("r1", 1, "W4", "5")
                                        .assessedOn(DAY1.minusYears(3))
                                        .event(),
                                APPLIED,
                                "5"),
                        new Rule("the order to erase", List.of(here, five), erasure("P1"), APPLIED, null),
                        new Rule(
                                "the order to erase, given again",
                                List.of(here, five, erasure("P1")),
                                erasure("P1"),
                                DUPLICATE,
                                null),
                        new Rule("of somebody erased", List.of(here, erasure("P1")), five, ERASED, null),
                        new Rule(
                                "sent again after the erasure", List.of(here, five, erasure("P1")), five, ERASED, null),
                        new Rule(
                                "taken back after the erasure",
                                List.of(here, five, erasure("P1")),
                                takenBack,
                                ERASED,
                                null),
                        new Rule("enrolled after the erasure", List.of(erasure("P1"), five), here, ERASED, null))
                .map(rule -> Arguments.argumentSet(rule.situation(), rule));
    }

    /** The rules of records: identity is record and version, never the order of arrival. */
    @ParameterizedTest
    @MethodSource("rules")
    void decidesByTheRulesOfRecords(Rule rule) {
        rule.before().forEach(this::report);

        assertThat(report(rule.reported())).isEqualTo(rule.fate());

        assertThat(counted().getOrDefault(W4, Map.of()).keySet().stream()
                        .map(row -> ((Result) row).value())
                        .filter(Objects::nonNull)
                        .map(BigDecimal::toPlainString))
                .isEqualTo(rule.counted() == null ? List.of() : List.of(rule.counted()));
    }

    private static Stream<Arguments> rulesOfAdverseEvents() {
        ParticipantEvent here = enrolled(1).event();
        ParticipantEvent first = harm("a1", 1).event();
        ParticipantEvent amended = harm("a1", 2).serious().event();
        ParticipantEvent takenBack = harm("a1", 2).retracted().event();
        ParticipantEvent withdrawn =
                left(1, Status.FOLLOW_UP_WITHDRAWN, DAY1.minusDays(1)).event();
        return Stream.of(
                        new Rule("a new event", List.of(here), first, APPLIED, "1"),
                        new Rule("same version, same content", List.of(here, first), first, DUPLICATE, "1"),
                        new Rule(
                                "same version, other content",
                                List.of(here, first),
                                harm("a1", 1).severity(Severity.SEVERE).event(),
                                VERSION_REUSED,
                                "1"),
                        new Rule("higher version", List.of(here, first), amended, APPLIED, "1"),
                        new Rule("lower version than held", List.of(here, amended), first, STALE, "1"),
                        new Rule("entered in error", List.of(here, first), takenBack, RETRACTED, "0"),
                        new Rule(
                                "a second event on the same day",
                                List.of(here, first),
                                harm("a2", 1).event(),
                                APPLIED,
                                "2"),
                        new Rule("before the enrolment", List.of(), first, PARKED, null),
                        new Rule("taken back before the enrolment", List.of(first), takenBack, RETRACTED, null),
                        new Rule(
                                "while screened", List.of(enrolled(1).screened().event()), first, PARKED, "0"),
                        new Rule("released by the enrolment", List.of(first), here, APPLIED, "1"),
                        new Rule("after the withdrawal", List.of(withdrawn), first, APPLIED, "1"),
                        new Rule("of somebody erased", List.of(here, erasure("P1")), first, ERASED, null))
                .map(rule -> Arguments.argumentSet(rule.situation(), rule));
    }

    /** As for follow-ups, but without slots, and not ended by a withdrawal; what is counted is the number of events. */
    @ParameterizedTest
    @MethodSource("rulesOfAdverseEvents")
    void decidesOnAdverseEventsByTheSameRules(Rule rule) {
        rule.before().forEach(this::report);

        assertThat(report(rule.reported())).isEqualTo(rule.fate());

        assertThat(counted().getOrDefault(PARTICIPANTS, Map.of()).keySet().stream()
                        .map(row -> String.valueOf(((Participation) row).events())))
                .isEqualTo(rule.counted() == null ? List.of() : List.of(rule.counted()));
    }

    @Test
    void countsAScoreOfAnEnrolledParticipant() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());

        assertThat(counted())
                .containsOnly(
                        Map.entry(ROSTER, Map.of(new Enrolled(ACTIVE, ON_STUDY), 1L)),
                        Map.entry(PARTICIPANTS, participation(0, 0, null)),
                        Map.entry(W4, rows(ACTIVE, "5", null)));
    }

    @Test
    void changesNothingByARepetition() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());
        report(harm("a1", 1).event());
        ParticipantChart once = chart;

        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5.0").event());
        report(harm("a1", 1).event());

        assertThat(chart).isEqualTo(once);
        assertThat(chart.changesSince(once, TRIAL)).isEmpty();
        assertThat(chart.standingsChangedSince(once)).isEmpty();
    }

    @Test
    void replacesAScoreByItsAmendmentAndTouchesNothingElse() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());
        ParticipantChart before = chart;

        report(score("r1", 2, "W4", "6").event());

        Map<TallyRow, Long> difference = Map.of(
                result(29, Report.SCORE, new BigDecimal("5")), -1L, result(29, Report.SCORE, new BigDecimal("6")), 1L);
        assertThat(chart.changesSince(before, TRIAL)).containsOnly(Map.entry(W4, difference));
    }

    @Test
    void tellsWhichVersionStandsOfEachRecord() {
        report(enrolled(3).event());
        report(score("r1", 2, "W4", "6").event());
        report(score("r1", 1, "W4", "5").event());
        report(score("r2", 1, "W4", "6").event());
        // The same name, but another record: follow-ups and adverse events are numbered apart.
        report(harm("r1", 4).retracted().event());

        assertThat(chart.standings())
                .containsExactly(
                        Map.entry(Reported.ENROLMENT, new Standing(3, APPLIED)),
                        Map.entry(Reported.followUp("r1"), applied(2, "W4", 29)),
                        Map.entry(Reported.followUp("r2"), new Standing(1, CONFLICT)),
                        Map.entry(Reported.adverseEvent("r1"), new Standing(4, RETRACTED)));
    }

    @Test
    void tellsWhatBecameOfParkedRecordsWhenTheParticipantIsEnrolled() {
        report(score("r1", 1, "W4", "5").event());
        report(score("r2", 2, "M4", "5").retracted().event());
        report(harm("a1", 1).event());
        ParticipantChart before = chart;

        report(enrolled(1).event());

        assertThat(chart.standingsChangedSince(before))
                .containsOnly(
                        Map.entry(Reported.ENROLMENT, new Standing(1, APPLIED)),
                        Map.entry(Reported.followUp("r1"), applied(1, "W4", 29)),
                        Map.entry(Reported.adverseEvent("a1"), new Standing(1, APPLIED)));
    }

    @Test
    void keepsTheFirstRecordOfASlotWhicheverWasParked() {
        report(score("r1", 1, "W4", "5").event());
        report(score("r2", 1, "W4", "3").event());
        assertThat(standing(chart, "r2")).isEqualTo(new Standing(1, PARKED));

        report(enrolled(1).event());

        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", 29));
        assertThat(standing(chart, "r2")).isEqualTo(new Standing(1, CONFLICT));
    }

    @Test
    void movesARecordWhoseVisitWasCorrected() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());

        report(score("r1", 2, "M4", "5").event());

        assertThat(counted())
                .containsOnlyKeys(ROSTER, PARTICIPANTS, "T1|M4|NRS")
                .containsEntry("T1|M4|NRS", rows(ACTIVE, "5", null));
    }

    @Test
    void pairsEveryLaterScoreWithABaselineThatComesLate() {
        report(enrolled(1).event());
        report(score("w4", 1, "W4", "5").event());
        report(score("m4", 1, "M4", "3").event());

        report(score("bl", 1, "BL", "7").event());

        assertThat(counted())
                .containsEntry("T1|BL|NRS", rows(ACTIVE, "7", null))
                .containsEntry("T1|W4|NRS", rows(ACTIVE, "5", "7"))
                .containsEntry("T1|M4|NRS", rows(ACTIVE, "3", "7"));
    }

    @Test
    void pairsAScoreWithTheBaselineOfItsOwnInstrument() {
        report(enrolled(1).event());
        report(score("w4", 1, "W4", "5").event());
        report(Reports.score("P1", "BL", "ODI", "40").event());

        assertThat(counted()).containsEntry(W4, rows(ACTIVE, "5", null));
    }

    /** In conflict, retracted, or no number: none is a baseline to measure change from. */
    @Test
    void pairsNothingWithABaselineThatDoesNotCount() {
        report(enrolled(1).event());
        report(score("w4", 1, "W4", "5").event());
        report(score("bl", 1, "BL", "7").notDone().event());
        report(score("other", 1, "BL", "6").event());
        assertThat(counted()).containsEntry(W4, rows(ACTIVE, "5", null));

        report(score("bl", 2, "BL", "7").outsideLimits(Comparator.GREATER).event());
        assertThat(counted()).containsEntry(W4, rows(ACTIVE, "5", null));

        report(score("bl", 3, "BL", "7").event());
        report(score("bl", 4, "BL", "7").retracted().event());
        assertThat(counted()).containsEntry(W4, rows(ACTIVE, "5", null));
    }

    @Test
    void movesEverythingToTheCorrectedArm() {
        report(enrolled(1).event());
        report(score("bl", 1, "BL", "7").event());
        report(score("w4", 1, "W4", "5").event());

        assertThat(report(enrolled(2).arm("PBO").event())).isEqualTo(APPLIED);

        assertThat(counted())
                .containsOnly(
                        Map.entry(ROSTER, Map.of(new Enrolled(PLACEBO, ON_STUDY), 1L)),
                        Map.entry(
                                PARTICIPANTS,
                                Map.of(new Participation(PLACEBO, ON_STUDY, Status.ON_STUDY, null, 0, 0, null), 1L)),
                        Map.entry("T1|BL|NRS", rows(PLACEBO, "7", null)),
                        Map.entry(W4, rows(PLACEBO, "5", "7")));
    }

    @Test
    void countsParticipantsBySiteAndStrata() {
        report(enrolled(1).site("S2").strata(Map.of("sex", "F")).event());

        Cell cell = new Cell("S2", "ACT", new TreeMap<>(Map.of("sex", "F")));
        assertThat(counted()).containsEntry(ROSTER, Map.of(new Enrolled(cell, ON_STUDY), 1L));
    }

    @Test
    void decidesOnEnrolmentsByTheirVersion() {
        report(enrolled(2).arm("PBO").event());
        ParticipantChart before = chart;

        assertThat(report(enrolled(1).event())).isEqualTo(STALE);
        assertThat(report(enrolled(2).arm("PBO").event())).isEqualTo(DUPLICATE);
        assertThat(report(enrolled(2).event())).isEqualTo(VERSION_REUSED);
        assertThat(chart).isEqualTo(before);
        assertThat(report(enrolled(3).event())).isEqualTo(APPLIED);
    }

    @Test
    void countsWhoWasOnlyScreenedAmongTheParticipantsAndNowhereElse() {
        report(score("r1", 1, "W4", "5").event());
        report(harm("a1", 1).event());
        report(enrolled(1).screened().event());

        Cell nowhere = new Cell("S1", null, new TreeMap<>());
        Presence never = new Presence(null, null);
        assertThat(counted())
                .containsOnly(Map.entry(
                        PARTICIPANTS,
                        Map.of(new Participation(nowhere, never, Status.SCREENED, null, 0, 0, null), 1L)));
    }

    @Test
    void takesEverythingOutOfSomebodyWhoShouldNeverHaveBeenEnrolled() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());
        report(harm("a1", 1).event());
        ParticipantChart before = chart;

        report(enrolled(2).excluded("SCREEN FAILURE").event());

        Cell nowhere = new Cell("S1", null, new TreeMap<>());
        Presence never = new Presence(null, null);
        assertThat(counted())
                .containsOnly(Map.entry(
                        PARTICIPANTS,
                        Map.of(new Participation(nowhere, never, Status.EXCLUDED, "SCREEN FAILURE", 0, 0, null), 1L)));
        assertThat(chart.standingsChangedSince(before))
                .containsOnly(
                        Map.entry(Reported.ENROLMENT, new Standing(2, APPLIED)),
                        Map.entry(Reported.followUp("r1"), new Standing(1, PARKED)),
                        Map.entry(Reported.adverseEvent("a1"), new Standing(1, PARKED)));
    }

    @Test
    void tellsWhyAndWhenAParticipantLeft() {
        report(left(1, Status.OFF_STUDY, ASSESSED).event());

        Presence left = new Presence(DAY1, ASSESSED);
        assertThat(counted())
                .containsOnly(
                        Map.entry(ROSTER, Map.of(new Enrolled(ACTIVE, left), 1L)),
                        Map.entry(
                                PARTICIPANTS,
                                Map.of(
                                        new Participation(
                                                ACTIVE, left, Status.OFF_STUDY, "WITHDRAWAL BY SUBJECT", 0, 0, null),
                                        1L)));
    }

    @Test
    void keepsWhatWasAssessedUpToTheWithdrawal() {
        report(enrolled(1).event());
        report(score("bl", 1, "BL", "7").assessedOn(DAY1).event());
        report(score("w4", 1, "W4", "5").event());

        report(left(2, Status.FOLLOW_UP_WITHDRAWN, DAY1).event());

        assertThat(standing(chart, "bl")).isEqualTo(applied(1, "BL", 1));
        assertThat(standing(chart, "w4")).isEqualTo(new Standing(1, WITHDRAWN));
    }

    /** There is no study day 0. */
    @ParameterizedTest
    @CsvSource({"2025-01-13, 1", "2025-01-12, -1", "2025-01-14, 2", "2024-12-30, -14"})
    void countsTheStudyDayOfAnAssessment(LocalDate assessedOn, int studyDay) {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").assessedOn(assessedOn).event());

        assertThat(counted().get(W4)).containsExactly(Map.entry(assessed(studyDay, ON_STUDY), 1L));
        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", studyDay));
    }

    @Test
    void tellsAnewWhenRecordsWereAssessedOnceDay1IsKnownAndWheneverItIsCorrected() {
        report(enrolled(1).day1(null).event());
        report(score("r1", 1, "W4", "5").event());
        report(score("r2", 1, "M4", "5").notDone().event());
        report(score("r3", 1, "W4", "6").event());
        assertThat(standing(chart, "r1")).isEqualTo(new Standing(1, APPLIED));
        ParticipantChart unknown = chart;

        report(enrolled(2).event());
        assertThat(chart.standingsChangedSince(unknown))
                .containsOnly(
                        Map.entry(Reported.ENROLMENT, new Standing(2, APPLIED)),
                        Map.entry(Reported.followUp("r1"), applied(1, "W4", 29)));
        ParticipantChart known = chart;

        report(enrolled(3).day1(DAY1.plusDays(2)).event());
        assertThat(chart.standingsChangedSince(known))
                .containsOnly(
                        Map.entry(Reported.ENROLMENT, new Standing(3, APPLIED)),
                        Map.entry(Reported.followUp("r1"), applied(1, "W4", 27)));

        report(left(4, Status.FOLLOW_UP_WITHDRAWN, DAY1).day1(DAY1.plusDays(2)).event());
        assertThat(standing(chart, "r1")).isEqualTo(new Standing(1, WITHDRAWN));
    }

    @Test
    void movesAssessmentsToOtherStudyDaysWhenDay1IsCorrected() {
        report(enrolled(1).day1(null).event());
        report(score("r1", 1, "W4", "5").event());
        assertThat(counted().get(W4)).containsExactly(Map.entry(assessed(null, new Presence(null, null)), 1L));

        report(enrolled(2).day1(DAY1.minusDays(2)).event());

        assertThat(counted().get(W4))
                .containsExactly(Map.entry(assessed(31, new Presence(DAY1.minusDays(2), null)), 1L));
    }

    @Test
    void settlesAVisitThatWasNotDoneWithoutAScore() {
        report(enrolled(1).event());

        report(score("w4", 1, "W4", "5").notDone().event());

        Map<TallyRow, Long> settled = Map.of(result(null, Report.NOT_DONE, null), 1L);
        assertThat(counted()).containsEntry(W4, settled);
    }

    /** It was received, but is no number. */
    @ParameterizedTest
    @EnumSource(Comparator.class)
    void doesNotScoreAValueOutsideTheLimitsOfDetection(Comparator relation) {
        report(enrolled(1).event());

        report(score("w4", 1, "W4", "0.3").outsideLimits(relation).event());

        Map<TallyRow, Long> received = Map.of(result(29, Report.OUTSIDE_LIMITS, null), 1L);
        assertThat(counted()).containsEntry(W4, received);
    }

    @Test
    void countsAParticipantByTheWorstOfTheAdverseEvents() {
        report(enrolled(1).event());
        report(harm("a1", 1).event());
        report(harm("a2", 1).severity(Severity.SEVERE).serious().event());
        report(harm("a3", 1).severity(Severity.MODERATE).serious().event());

        assertThat(counted()).containsEntry(PARTICIPANTS, participation(3, 2, Severity.SEVERE));

        report(harm("a2", 2).severity(Severity.SEVERE).serious().retracted().event());

        assertThat(counted()).containsEntry(PARTICIPANTS, participation(2, 1, Severity.MODERATE));
    }

    @Test
    void countsAdverseEventsFromDay1On() {
        report(harm("before", 1).onset(DAY1.minusDays(1)).event());
        report(harm("after", 1).onset(DAY1).event());
        report(enrolled(1).day1(null).event());
        assertThat(events()).isZero();

        report(enrolled(2).event());
        assertThat(events()).isEqualTo(1);
        report(enrolled(3).day1(DAY1.minusDays(1)).event());
        assertThat(events()).isEqualTo(2);
    }

    private int events() {
        Map<TallyRow, Long> participation = counted().get(PARTICIPANTS);
        return ((Participation) participation.keySet().iterator().next()).events();
    }

    @Test
    void forgetsEverythingOfAnErasedParticipant() {
        report(enrolled(2).event());
        report(score("r1", 1, "W4", "5").event());
        report(score("r2", 3, "W4", "6").event());
        report(harm("a1", 1).event());
        ParticipantChart before = chart;

        report(erasure("P1"));

        assertThat(counted()).isEmpty();
        assertThat(chart.standings()).containsOnly(Map.entry(Reported.ERASURE, new Standing(1, APPLIED)));
        assertThat(chart.standingsChangedSince(before))
                .containsOnly(
                        Map.entry(Reported.ERASURE, new Standing(1, APPLIED)),
                        Map.entry(Reported.ENROLMENT, new Standing(2, ERASED)),
                        Map.entry(Reported.followUp("r1"), new Standing(1, ERASED)),
                        Map.entry(Reported.followUp("r2"), new Standing(3, ERASED)),
                        Map.entry(Reported.adverseEvent("a1"), new Standing(1, ERASED)));
        Map<String, Map<TallyRow, Long>> takenOut = new HashMap<>();
        before.changesSince(ParticipantChart.EMPTY, TRIAL).forEach((tally, rows) -> {
            takenOut.put(tally, new HashMap<>());
            rows.keySet().forEach(row -> takenOut.get(tally).put(row, -1L));
        });
        assertThat(chart.changesSince(before, TRIAL)).isEqualTo(takenOut);
    }

    @Test
    void staysErasedWhateverComesLater() {
        report(erasure("P1"));
        ParticipantChart erased = chart;

        assertThat(Stream.of(
                                enrolled(9).event(),
                                score("r1", 9, "W4", "5").event(),
                                score("r1", 9, "W4", "5").retracted().event(),
                                harm("a1", 9).event())
                        .map(this::report))
                .containsOnly(ERASED);
        assertThat(report(erasure("P1"))).isEqualTo(DUPLICATE);
        assertThat(chart).isEqualTo(erased).isNotEqualTo(ParticipantChart.EMPTY);
    }

    @Test
    void erasesSomebodyOfWhomNothingWasHeld() {
        assertThat(report(erasure("P1"))).isEqualTo(APPLIED);
        assertThat(counted()).isEmpty();
    }

    /** Before the enrolment every site may have it right, and none can be refused. */
    @Test
    void neverCountsWhatAnotherSiteReportedBeforeTheEnrolment() {
        FollowUpReport others = score("r1", 2, "W4", "9").site("S2");

        assertThat(report(others.event())).isEqualTo(PARKED);
        assertThat(report(score("r1", 1, "W4", "5").event())).isEqualTo(PARKED);
        assertThat(report(harm("ae1", 1).site("S2").event())).isEqualTo(PARKED);
        report(enrolled(1).event());

        assertThat(counted().get(W4)).isEqualTo(rows(ACTIVE, "5", null));
        assertThat(counted().get(PARTICIPANTS)).isEqualTo(participation(0, 0, null));
        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", 29));
        assertThat(chart.standings().get(Reported.adverseEvent("ae1"))).isEqualTo(new Standing(1, OTHER_SITE));
        assertThat(report(others.event())).isEqualTo(DUPLICATE);
    }

    @Test
    void saysOfARecordThatItsParticipantIsAtAnotherSite() {
        report(score("r1", 1, "W4", "9").site("S2").event());
        report(enrolled(1).screened().event());

        assertThat(standing(chart, "r1")).isEqualTo(new Standing(1, OTHER_SITE));
        assertThat(report(score("r2", 1, "W4", "9").site("S2").event())).isEqualTo(OTHER_SITE);
        assertThat(chart.otherSite(Reported.followUp("r2"))).contains("S2");
        assertThat(report(score("r1", 2, "W4", "9").site("S2").retracted().event()))
                .isEqualTo(RETRACTED);
    }

    /** The enrolment may have had it wrong. */
    @Test
    void countsWhatAnotherSiteReportedOnceTheParticipantIsThere() {
        report(score("r1", 1, "W4", "9").site("S2").event());
        report(enrolled(1).event());

        report(enrolled(2).site("S2").event());

        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", 29));
        assertThat(chart.otherSite(Reported.followUp("r1"))).isEmpty();
    }

    @Test
    void keepsCountingWhatASiteReportedBeforeTheParticipantMoved() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());

        report(enrolled(2).site("S2").event());
        report(score("r1", 2, "W4", "6").site("S2").event());
        report(score("r2", 1, "M4", "4").event());

        assertThat(standing(chart, "r1")).isEqualTo(applied(2, "W4", 29));
        assertThat(standing(chart, "r2")).isEqualTo(applied(1, "M4", 29));
    }

    /** The first version of the enrolment may be the last to arrive. */
    @Test
    void knowsASiteAlsoFromAnEnrolmentThatWasOvertaken() {
        report(score("r1", 1, "W4", "5").event());
        report(enrolled(2).site("S2").event());

        assertThat(report(enrolled(1).event())).isEqualTo(STALE);

        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", 29));
    }

    @Test
    void holdsInConflictWhatBothSitesReportedOfOneVisitOnceTheParticipantMoves() {
        report(score("r2", 1, "W4", "9").site("S2").event());
        report(enrolled(1).event());
        assertThat(report(score("r1", 1, "W4", "5").event())).isEqualTo(APPLIED);

        report(enrolled(2).site("S2").event());

        assertThat(standing(chart, "r1")).isEqualTo(applied(1, "W4", 29));
        assertThat(standing(chart, "r2")).isEqualTo(new Standing(1, CONFLICT));
    }

    /** A chart that was stored before charts knew of sites. */
    @Test
    void takesWhatItHeldBeforeAsReportedByTheParticipantsSite() {
        report(enrolled(1).event());
        report(score("r1", 1, "W4", "5").event());
        ArrayNode stored = Json.MAPPER.valueToTree(chart);
        stored.remove(5);
        stored.remove(4);

        assertThat(Json.MAPPER.treeToValue(stored, ParticipantChart.class)).isEqualTo(chart);
    }
}

package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTallyTest {
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 1);
    /** Week 4 is open on study days 22 to 36. */
    private static final LocalDate LAST_DAY_OF_WINDOW = LocalDate.of(2025, 2, 5);

    private final Map<TallyRow, Long> roster = new HashMap<>();
    private final Map<TallyRow, Long> rows = new HashMap<>();
    private Protocol protocol = WorkedExample.protocol();

    private static Cell cell(String site, String arm) {
        return new Cell(site, arm, new TreeMap<>());
    }

    private void enrol(Cell cell, @Nullable LocalDate day1, @Nullable LocalDate offStudyOn, long count) {
        roster.merge(new Enrolled(cell, new Presence(day1, offStudyOn)), count, Long::sum);
    }

    private void score(Cell cell, String value, @Nullable String baseline) {
        add(result(cell, 29, Report.SCORE, value, baseline));
    }

    private void add(Result result) {
        rows.merge(result, 1L, Long::sum);
    }

    private static Result result(
            Cell cell, int studyDay, Report report, @Nullable String value, @Nullable String baseline) {
        return new Result(
                cell,
                new Presence(DAY1, null),
                studyDay,
                report,
                value == null ? null : new BigDecimal(value),
                baseline == null ? null : new BigDecimal(baseline));
    }

    private SortedMap<Cohort, CohortMetric> metrics(String visit, LocalDate today) {
        Instant now = today.atTime(12, 0).toInstant(ZoneOffset.UTC);
        return new EndpointTally(new Endpoint(WorkedExample.TRIAL, visit, "NRS"), () -> rows, () -> roster)
                .metrics(protocol, View.unblinded(), now);
    }

    private static CohortMetric.Proportion imputed(@Nullable CohortMetric metric) {
        CohortMetric.Responders responders =
                Objects.requireNonNull(Objects.requireNonNull(metric).responders());
        return Objects.requireNonNull(responders.fiftyPercent()).imputed();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1"})
    void countsAMissingScoreAsNoResponseOnceItsWindowIsOver(int daysAfterClose, long expected) {
        enrol(cell("S1", "ACT"), DAY1, null, 1);

        CohortMetric metric =
                metrics("W4", LAST_DAY_OF_WINDOW.plusDays(daysAfterClose)).get(Cohort.ALL);

        assertThat(imputed(metric).n()).isEqualTo(expected);
        assertThat(imputed(metric).k()).isZero();
    }

    @Test
    void countsAScoreThatCameBeforeTheWindowWasOver() {
        enrol(cell("S1", "ACT"), DAY1, null, 2);
        score(cell("S1", "ACT"), "3", "7");

        CohortMetric.Proportion responders =
                imputed(metrics("W4", LAST_DAY_OF_WINDOW).get(Cohort.ALL));

        assertThat(responders.n()).isEqualTo(1);
        assertThat(responders.k()).isEqualTo(1);
    }

    @Test
    void countsWhoLeftBeforeTheWindowWasOverAsNoResponse() {
        enrol(cell("S1", "ACT"), DAY1, LAST_DAY_OF_WINDOW, 1);
        enrol(cell("S1", "ACT"), null, DAY1, 1);

        assertThat(imputed(metrics("W4", DAY1).get(Cohort.ALL)).n()).isEqualTo(2);
    }

    @Test
    void doesNotCountWhoIsNotTreatedYet() {
        enrol(cell("S1", "ACT"), null, null, 1);

        assertThat(imputed(metrics("W4", LocalDate.of(2030, 1, 1)).get(Cohort.ALL))
                        .n())
                .isZero();
    }

    @Test
    void formsACohortOfEverySiteArmAndStratumWithAParticipant() {
        protocol = new Protocol(
                protocol.trial(),
                protocol.title(),
                2,
                false,
                protocol.arms(),
                protocol.sites(),
                protocol.visits(),
                protocol.instruments(),
                List.of("sex"));
        enrol(new Cell("S1", "ACT", new TreeMap<>(Map.of("sex", "F", "age", "old"))), DAY1, null, 1);
        enrol(new Cell("S2", null, new TreeMap<>()), DAY1, null, 1);

        assertThat(metrics("W4", DAY1))
                .containsOnlyKeys(
                        Cohort.ALL, Cohort.arm("ACT"), Cohort.site("S1"), Cohort.site("S2"), new Cohort("sex", "F"));
    }

    @Test
    void addsTheCellsOfACohort() {
        enrol(cell("S1", "ACT"), DAY1, null, 1);
        enrol(cell("S2", "ACT"), DAY1, null, 1);
        score(cell("S1", "ACT"), "3", null);
        score(cell("S2", "ACT"), "6", null);

        SortedMap<Cohort, CohortMetric> metrics = metrics("W4", DAY1);

        assertThat(Objects.requireNonNull(metrics.get(Cohort.arm("ACT")))
                        .value()
                        .mean())
                .isEqualTo(4.5);
        assertThat(Objects.requireNonNull(metrics.get(Cohort.site("S2")))
                        .value()
                        .mean())
                .isEqualTo(6);
    }

    @Test
    void publishesAnEmptyCohortWithoutFigures() {
        CohortMetric metric = Objects.requireNonNull(metrics("W4", DAY1).get(Cohort.ALL));

        assertThat(metric.value().n()).isZero();
        assertThat(metric.value().mean()).isNull();
    }

    @Test
    void hasNoChangeAtTheBaselineVisitItself() {
        enrol(cell("S1", "ACT"), DAY1, null, 1);
        score(cell("S1", "ACT"), "7", null);

        CohortMetric metric = Objects.requireNonNull(metrics("BL", DAY1).get(Cohort.ALL));

        assertThat(metric.change()).isNull();
        assertThat(metric.percentChange()).isNull();
        assertThat(metric.responders()).isNull();
    }

    /** More decimals than the protocol has now: none is lost. */
    @Test
    void neverRoundsAScore() {
        enrol(cell("S1", "ACT"), DAY1, null, 1);
        score(cell("S1", "ACT"), "3.25", "7.125");

        CohortMetric metric = Objects.requireNonNull(metrics("W4", DAY1).get(Cohort.ALL));

        assertThat(metric.value().mean()).isEqualTo(3.25);
        assertThat(Objects.requireNonNull(metric.change()).mean()).isEqualTo(-3.875);
    }

    private static Protocol withPValuesAndLogarithms() {
        Protocol plan = WorkedExample.protocol();
        Protocol.Instrument nrs = plan.instruments().get(0);
        return new Protocol(
                plan.trial(),
                plan.title(),
                1,
                false,
                plan.arms(),
                plan.sites(),
                plan.visits(),
                List.of(new Protocol.Instrument(
                        nrs.code(), null, null, null, null, null, 0, null, null, true, null, null, true, null)),
                List.of(),
                true,
                null,
                null);
    }

    private CohortMetric metric(View view, String visit, Cohort cohort) {
        EndpointTally tally =
                new EndpointTally(new Endpoint(WorkedExample.TRIAL, visit, "NRS"), () -> rows, () -> roster);
        return Objects.requireNonNull(tally.metrics(protocol, view, Instant.parse("2026-01-01T00:00:00Z"))
                .get(cohort));
    }

    private void scoreTwoOfEachArm() {
        for (String arm : List.of("ACT", "PBO")) {
            enrol(cell("S1", arm), DAY1, null, 3);
            score(cell("S1", arm), arm.equals("ACT") ? "2" : "4", "7");
            score(cell("S1", arm), "5", "8");
        }
    }

    @Test
    void tellsPValuesOnlyTheUnblindedAudienceAndOnlyIfTheProtocolWantsThem() {
        scoreTwoOfEachArm();

        assertThat(metric(View.unblinded(), "W4", Cohort.arm("ACT"))
                        .versusControl()
                        .value()
                        .p())
                .isNull();
        protocol = withPValuesAndLogarithms();
        assertThat(metric(View.unblinded(), "W4", Cohort.arm("ACT"))
                        .versusControl()
                        .value()
                        .p())
                .isNotNull();
        CohortMetric.ArmComparison sponsors =
                metric(View.sponsor(protocol, true), "W4", Cohort.arm("ACT")).versusControl();
        assertThat(sponsors.value().difference()).isEqualTo(-1);
        assertThat(sponsors.value().p()).isNull();
        assertThat(sponsors.change().p()).isNull();
        assertThat(sponsors.ancova().p()).isNull();
    }

    @Test
    void comparesArmsButControlAndNoOtherCohort() {
        scoreTwoOfEachArm();

        assertThat(metric(View.unblinded(), "W4", Cohort.arm("ACT"))
                        .versusControl()
                        .control())
                .isEqualTo("PBO");
        assertThat(metric(View.unblinded(), "W4", Cohort.arm("PBO")).versusControl())
                .isNull();
        assertThat(metric(View.unblinded(), "W4", Cohort.ALL).versusControl()).isNull();
        assertThat(metric(View.unblinded(), "W4", Cohort.site("S1")).versusControl())
                .isNull();
    }

    @Test
    void comparesOnlyScoresAtTheBaselineVisit() {
        enrol(cell("S1", "ACT"), DAY1, null, 1);
        enrol(cell("S1", "PBO"), DAY1, null, 1);
        score(cell("S1", "ACT"), "2", null);
        score(cell("S1", "PBO"), "4", null);

        CohortMetric.ArmComparison comparison =
                metric(View.unblinded(), "BL", Cohort.arm("ACT")).versusControl();

        assertThat(comparison.value().undefined()).isEqualTo(CohortMetric.Undefined.TOO_FEW);
        assertThat(comparison.change()).isNull();
        assertThat(comparison.ancova()).isNull();
    }

    @Test
    void saysWhyAFigureIsAbsent() {
        enrol(cell("S1", "ACT"), DAY1, null, 2);
        enrol(cell("S1", "PBO"), DAY1, null, 2);
        for (String arm : List.of("ACT", "PBO")) {
            score(cell("S1", arm), "0", "7");
            score(cell("S1", arm), "0", "7");
        }
        protocol = withPValuesAndLogarithms();

        CohortMetric metric = metric(View.unblinded(), "W4", Cohort.arm("ACT"));

        assertThat(metric.value().undefined()).isNull();
        assertThat(metric.geometricMean().undefined()).isEqualTo(CohortMetric.Undefined.NOT_POSITIVE);
        assertThat(metric.versusControl().value().undefined()).isEqualTo(CohortMetric.Undefined.ZERO_VARIANCE);
        assertThat(metric.versusControl().ancova().undefined()).isEqualTo(CohortMetric.Undefined.EQUAL_BASELINES);
    }

    @Test
    void givesTheGeometricMeanOfWhatIsReadOnALogarithmicScale() {
        enrol(cell("S1", "ACT"), DAY1, null, 2);
        score(cell("S1", "ACT"), "2", null);
        score(cell("S1", "ACT"), "8", null);
        assertThat(metric(View.unblinded(), "W4", Cohort.ALL).geometricMean()).isNull();

        protocol = withPValuesAndLogarithms();

        assertThat(metric(View.unblinded(), "W4", Cohort.ALL).geometricMean().mean())
                .isCloseTo(4, within(1e-12));
    }

    @Test
    void countsWhatIsOutsideLimitsAsReceivedButNotAsAScore() {
        enrol(cell("S1", "ACT"), DAY1, null, 2);
        add(result(cell("S1", "ACT"), 40, Report.OUTSIDE_LIMITS, null, null));

        CohortMetric metric = metric(View.unblinded(), "W4", Cohort.ALL);

        assertThat(metric.nOutsideLimits()).isEqualTo(1);
        assertThat(metric.value().n()).isZero();
        assertThat(metric.completeness()).isEqualTo(Counts.of(0, 0, 1, 0, 0, 0, 0, 0, 1));
        assertThat(metric(View.sponsor(protocol, true), "W4", Cohort.ALL).completeness())
                .isNull();
    }

    @Test
    void publishesCompletenessOfWhatTheViewShows() {
        enrol(cell("S1", "ACT"), DAY1, null, 2);
        enrol(cell("S2", "PBO"), DAY1, LAST_DAY_OF_WINDOW, 1);
        add(result(cell("S1", "ACT"), 29, Report.NOT_DONE, null, null));
        EndpointTally tally =
                new EndpointTally(new Endpoint(WorkedExample.TRIAL, "W4", "NRS"), () -> rows, () -> roster);
        Instant lastMoment = LAST_DAY_OF_WINDOW.atTime(23, 59).toInstant(ZoneOffset.UTC);

        SortedMap<Cohort, Completeness> before = tally.completeness(protocol, View.operational(false), lastMoment);
        SortedMap<Cohort, Completeness> after =
                tally.completeness(protocol, View.operational(false), lastMoment.plusSeconds(60));

        assertThat(before).containsOnlyKeys(Cohort.ALL, Cohort.site("S1"), Cohort.site("S2"));
        assertThat(before.get(Cohort.ALL).counts()).isEqualTo(Counts.of(0, 0, 0, 1, 1, 0, 1, 0, 0));
        assertThat(after.get(Cohort.ALL).counts()).isEqualTo(Counts.of(0, 0, 0, 1, 1, 0, 0, 0, 1));
        assertThat(after.get(Cohort.site("S2")).counts()).isEqualTo(Counts.of(0, 0, 0, 0, 1, 0, 0, 0, 0));
    }

    /** The roster of another Day 1 is here already, the endpoint's is still to come. */
    @Test
    void bearsARosterThatIsAMomentAheadOrBehind() {
        enrol(cell("S1", "ACT"), DAY1.plusYears(2), null, 1);
        score(cell("S1", "ACT"), "2", "7");

        CohortMetric metric = metric(View.unblinded(), "W4", Cohort.ALL);

        assertThat(metric.value().n()).isEqualTo(1);
        assertThat(metric.responders().thirtyPercent().imputed().n()).isEqualTo(1);
    }
}

package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Filled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
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
        rows.merge(new Filled(cell, new Presence(DAY1, null)), 1L, Long::sum);
        rows.merge(
                new Score(cell, new BigDecimal(value), baseline == null ? null : new BigDecimal(baseline)),
                1L,
                Long::sum);
    }

    private SortedMap<Cohort, CohortMetric> metrics(String visit, LocalDate today) {
        Instant now = today.atTime(12, 0).toInstant(ZoneOffset.UTC);
        return new EndpointTally(new Endpoint(WorkedExample.TRIAL, visit, "NRS"), rows, roster)
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
}

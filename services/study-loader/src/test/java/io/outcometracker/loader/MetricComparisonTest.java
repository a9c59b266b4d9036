package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricComparisonTest {
    private static CohortMetric metric(Cohort cohort, long n, Double mean, boolean suppressed) {
        return new CohortMetric(
                "T1",
                "BL",
                "NRS",
                cohort,
                suppressed
                        ? null
                        : new Distribution(n, mean, null, null, new Interval(0, 1), null, null, null, null, null),
                null,
                null,
                null,
                null,
                suppressed,
                null,
                Instant.EPOCH,
                1);
    }

    private static MetricComparison.Result compare(CohortMetric expected, CohortMetric found) {
        return MetricComparison.of(List.of(expected), List.of(found), Shown.everything());
    }

    @ParameterizedTest
    @CsvSource({
        "4.25, 4.25, true",
        "4.25, 4.2500000001, true",
        "4.25, 4.25000001, false",
        "0, 0.0000000000001, true",
        "0, 0.0000001, false",
        "1000000, 1000000.0001, true",
        "1000000, 1000001, false"
    })
    void allowsForTheLastDigitsOfADouble(double expected, double found, boolean equal) {
        assertThat(compare(metric(Cohort.ALL, 2, expected, false), metric(Cohort.ALL, 2, found, false))
                        .differences()
                        .isEmpty())
                .isEqualTo(equal);
    }

    @Test
    void countsEveryNumberThatAgrees() {
        // n, mean and both limits of the interval
        assertThat(compare(metric(Cohort.ALL, 2, 1.0, false), metric(Cohort.ALL, 2, 1.0, false)))
                .isEqualTo(new MetricComparison.Result(4, List.of(), Map.of()));
    }

    @Test
    void allowsForNothingInACount() {
        assertThat(compare(metric(Cohort.ALL, 2, 1.0, false), metric(Cohort.ALL, 3, 1.0, false))
                        .differences())
                .extracting(Object::toString)
                .containsExactly("BL NRS all n: expected 2, found 3");
    }

    @Test
    void tellsAnUndefinedFromADefinedFigure() {
        assertThat(compare(metric(Cohort.ALL, 2, 1.0, false), metric(Cohort.ALL, 2, null, false))
                        .differences())
                .extracting(Object::toString)
                .containsExactly("BL NRS all mean: expected 1.0, found nothing");
    }

    @Test
    void tellsASuppressedCohort() {
        assertThat(compare(metric(Cohort.ALL, 2, 1.0, false), metric(Cohort.ALL, 2, 1.0, true))
                        .differences())
                .extracting(Object::toString)
                .contains(
                        "BL NRS all suppressed: expected false, found true", "BL NRS all n: expected 2, found nothing");
    }

    @Test
    void tellsCohortsThatAreMissingOrTooMany() {
        assertThat(compare(metric(Cohort.arm("A"), 2, 1.0, false), metric(Cohort.site("S1"), 2, 1.0, false))
                        .differences())
                .extracting(Object::toString)
                .containsExactly(
                        "BL NRS arm=A cohort: expected published, found nothing",
                        "BL NRS site=S1 cohort: expected nothing, found published");
    }

    private static final DisclosureRule SMALL_HIDDEN = new DisclosureRule(5, null);

    private static MetricComparison.Result compare(CohortMetric found, DisclosureRule rule) {
        CohortMetric expected = metric(Cohort.ALL, 2, 1.0, false);
        return MetricComparison.of(List.of(expected), List.of(found), new Shown(cohort -> true, rule));
    }

    @Test
    void comparesNoCohortThatIsTooSmallToBeShown() {
        assertThat(compare(metric(Cohort.ALL, 2, 1.0, true), SMALL_HIDDEN))
                .isEqualTo(new MetricComparison.Result(0, List.of(), Map.of(Shown.Reason.TOO_SMALL, 1)));
    }

    @Test
    void comparesNoCohortOfWhichAPartIsWithheld() {
        CohortMetric withheld = released(List.of("change"), null);

        assertThat(compare(withheld, SMALL_HIDDEN).notCompared()).isEqualTo(Map.of(Shown.Reason.PARTLY_WITHHELD, 1));
        assertThat(compare(withheld, new DisclosureRule(1, null)).notCompared()).isEmpty();
    }

    @Test
    void comparesACohortThatIsLiveThoughOthersAreReleasedInBatches() {
        DisclosureRule rule = new DisclosureRule(1, new Release(Duration.ofDays(1), 5));

        assertThat(compare(released(null, Map.of("outcomes.follow-ups.v1", List.of(7L))), rule)
                        .notCompared())
                .isEqualTo(Map.of(Shown.Reason.IN_BATCHES, 1));
        assertThat(compare(released(null, null), rule).equal()).isEqualTo(4);
    }

    private static CohortMetric released(List<String> withheld, Map<String, List<Long>> upTo) {
        CohortMetric metric = metric(Cohort.ALL, 2, 1.0, false);
        return new CohortMetric(
                metric.trial(),
                metric.visit(),
                metric.instrument(),
                metric.cohort(),
                metric.value(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Completeness.Counts.of(2, 0, 0, 0, 0, 0, 0, 0, 0),
                false,
                null,
                withheld,
                upTo,
                metric.asOf(),
                metric.protocolVersion());
    }

    @Test
    void leavesWhatIsNotRecomputedToOthers() {
        assertThat(compare(released(null, null), new DisclosureRule(1, null)).differences())
                .isEmpty();
    }
}

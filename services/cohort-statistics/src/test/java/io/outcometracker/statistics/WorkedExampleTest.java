package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.statistics.WorkedExample.Cohort;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkedExampleTest {

    private static final double RELATIVE = 1e-9;

    private final Map<Cohort, CohortTally> tallies = WorkedExample.tallies();

    private CohortStatistics statistics(Cohort cohort) {
        Map<String, Double> completeness =
                WorkedExample.expected("completeness").get(cohort);
        double denominator = completeness.get("randomised") - completeness.get("DUE") - completeness.get("NOT_DUE");
        return CohortStatistics.of(tallies.get(cohort), cohort.scoring(), (long) denominator);
    }

    @Test
    void givesTheExpectedDistributions() {
        var expected = WorkedExample.expected("cohort");

        expected.forEach((cohort, metrics) -> {
            CohortStatistics statistics = statistics(cohort);
            Map<String, Double> actual = new HashMap<>();
            put(actual, "", statistics.value(), Moments.of(cohort.scoring().values(tallies.get(cohort))));
            if (statistics.change() != null) {
                put(
                        actual,
                        "chg_",
                        statistics.change(),
                        Moments.of(cohort.scoring().changes(tallies.get(cohort))));
                actual.put("pchg_n", (double) statistics.percentChange().n());
                actual.put("pchg_mean", statistics.percentChange().mean());
                actual.put("pchg_median", statistics.percentChange().median());
            }
            // Quantiles of other definitions are there for comparison only.
            metrics.keySet().removeIf(metric -> metric.endsWith("_type6") || metric.endsWith("_type7"));
            assertEqual(cohort, metrics, actual);
        });
        assertThat(expected).hasSize(18);
    }

    private static void put(Map<String, Double> metrics, String prefix, Distribution distribution, Moments moments) {
        metrics.put(prefix + "n", (double) distribution.n());
        metrics.put(prefix + "sum", moments.sum().doubleValue());
        metrics.put(prefix + "sumsq", moments.sumOfSquares().doubleValue());
        metrics.put(prefix + "mean", distribution.mean());
        metrics.put(prefix + "sd", distribution.sd());
        metrics.put(prefix + "se", distribution.se());
        metrics.put(prefix + "ci_lo", distribution.ci().low());
        metrics.put(prefix + "ci_hi", distribution.ci().high());
        metrics.put(prefix + "min", distribution.min());
        metrics.put(prefix + "max", distribution.max());
        metrics.put(prefix + "q1", distribution.q1());
        metrics.put(prefix + "median", distribution.median());
        metrics.put(prefix + "q3", distribution.q3());
    }

    @Test
    void givesTheExpectedResponders() {
        var expected = WorkedExample.expected("responder");

        expected.forEach((cohort, metrics) -> {
            CohortStatistics statistics = statistics(cohort);
            Map<String, Double> actual = new HashMap<>();
            put(actual, "resp30", statistics.responders30());
            put(actual, "resp50", statistics.responders50());
            put(actual, "respMCID", statistics.respondersMcid());
            assertEqual(cohort, metrics, actual);
        });
        assertThat(expected).hasSize(12);
    }

    private static void put(Map<String, Double> metrics, String prefix, Responders responders) {
        put(metrics, prefix + "_oc", responders.observed());
        put(metrics, prefix + "_nri", responders.imputed());
    }

    private static void put(Map<String, Double> metrics, String prefix, Proportion proportion) {
        metrics.put(prefix + "_k", (double) proportion.k());
        metrics.put(prefix + "_n", (double) proportion.n());
        metrics.put(prefix + "_pct", 100 * proportion.rate());
        metrics.put(prefix + "_lo_pct", 100 * proportion.ci().low());
        metrics.put(prefix + "_hi_pct", 100 * proportion.ci().high());
    }

    private static void assertEqual(Cohort cohort, Map<String, Double> expected, Map<String, Double> actual) {
        assertThat(actual).as("%s", cohort).containsOnlyKeys(expected.keySet());
        expected.forEach((metric, value) -> assertThat(actual.get(metric))
                .as("%s of %s", metric, cohort)
                .isCloseTo(value, within(RELATIVE * Math.abs(value))));
    }
}

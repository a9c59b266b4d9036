package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.statistics.WorkedExample.Cohort;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkedExampleTest {

    private static final String ACTIVE = "ACT";
    private static final String CONTROL = "PBO";

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
            CohortTally tally = tallies.get(cohort);
            Metrics actual = new Metrics();
            put(actual, "", statistics.value(), Moments.of(cohort.scoring().values(tally)));
            if (statistics.change() != null) {
                put(
                        actual,
                        "chg_",
                        statistics.change(),
                        Moments.of(cohort.scoring().changes(tally)));
                actual.put("pchg_n", statistics.percentChange().n())
                        .put("pchg_mean", statistics.percentChange().mean())
                        .put("pchg_median", statistics.percentChange().median());
            }
            actual.assertEqual(cohort, metrics);
        });
        assertThat(expected).hasSize(18);
    }

    private static void put(Metrics metrics, String prefix, Distribution distribution, Moments moments) {
        metrics.put(prefix + "n", distribution.n())
                .put(prefix + "sum", moments.sum())
                .put(prefix + "sumsq", moments.sumOfSquares())
                .put(prefix + "mean", distribution.mean())
                .put(prefix + "sd", distribution.sd())
                .put(prefix + "se", distribution.se())
                .putBounds(prefix + "ci_lo", prefix + "ci_hi", distribution.ci())
                .put(prefix + "min", distribution.min())
                .put(prefix + "max", distribution.max())
                .put(prefix + "q1", distribution.q1())
                .put(prefix + "median", distribution.median())
                .put(prefix + "q3", distribution.q3());
    }

    @Test
    void givesTheExpectedResponders() {
        var expected = WorkedExample.expected("responder");

        expected.forEach((cohort, metrics) -> {
            CohortStatistics statistics = statistics(cohort);
            Metrics actual = new Metrics();
            put(actual, "resp30", statistics.responders30());
            put(actual, "resp50", statistics.responders50());
            put(actual, "respMCID", statistics.respondersMcid());
            actual.assertEqual(cohort, metrics);
        });
        assertThat(expected).hasSize(12);
    }

    private static void put(Metrics metrics, String prefix, Responders responders) {
        put(metrics, prefix + "_oc", responders.observed());
        put(metrics, prefix + "_nri", responders.imputed());
    }

    private static void put(Metrics metrics, String prefix, Proportion proportion) {
        metrics.put(prefix + "_k", proportion.k())
                .put(prefix + "_n", proportion.n())
                .put(prefix + "_pct", 100 * proportion.rate())
                .put(prefix + "_lo_pct", 100 * proportion.ci().low())
                .put(prefix + "_hi_pct", 100 * proportion.ci().high());
    }

    private ArmComparison comparison(Cohort arms) {
        return ArmComparison.against(CONTROL, armTallies(arms), arms.scoring()).get(ACTIVE);
    }

    private Map<String, CohortTally> armTallies(Cohort arms) {
        return Map.of(ACTIVE, tallies.get(arms.inArm(ACTIVE)), CONTROL, tallies.get(arms.inArm(CONTROL)));
    }

    @Test
    void givesTheExpectedDifferencesOfValues() {
        var expected = WorkedExample.expected("between_value");

        expected.forEach((arms, metrics) -> Metrics.of(comparison(arms).value()).assertEqual(arms, metrics));
        assertThat(expected).hasSize(6);
    }

    @Test
    void givesTheExpectedDifferencesOfChanges() {
        var expected = WorkedExample.expected("between_change");

        expected.forEach(
                (arms, metrics) -> Metrics.of(comparison(arms).change()).assertEqual(arms, metrics));
        assertThat(expected).hasSize(4);
    }

    @Test
    void givesTheExpectedAnalysisOfCovariance() {
        var expected = WorkedExample.expected("ancova");

        expected.forEach((arms, metrics) -> {
            PairSums active = PairSums.of(tallies.get(arms.inArm(ACTIVE)), 0);
            PairSums control = PairSums.of(tallies.get(arms.inArm(CONTROL)), 0);
            Metrics.of(comparison(arms).ancova())
                    .put("act", active)
                    .put("ctl", control)
                    .put(CommonSlope.of(List.of(active, control)))
                    .assertEqual(arms, metrics);
        });
        assertThat(expected).hasSize(4);
    }

    @Test
    void sumsEveryStateOfTheTrialExactly() {
        var snapshots = WorkedExample.rows("/snapshots.csv");

        for (Map<String, String> snapshot : snapshots) {
            CohortTally tally = tally(snapshot.get("histogram"), snapshot.get("pairHistogram"));
            Moments moments = Moments.of(Tallies.scoring(0).values(tally));
            assertThat(moments)
                    .isEqualTo(new Moments(
                            Long.parseLong(snapshot.get("n")),
                            new BigDecimal(snapshot.get("sum")),
                            new BigDecimal(snapshot.get("sumsq"))));
            assertThat(PairSums.of(tally, 0))
                    .isEqualTo(new PairSums(
                            Long.parseLong(snapshot.get("pairs")),
                            new BigDecimal(snapshot.get("sx")),
                            new BigDecimal(snapshot.get("sy")),
                            new BigDecimal(snapshot.get("sxx")),
                            new BigDecimal(snapshot.get("sxy")),
                            new BigDecimal(snapshot.get("syy"))));
        }
        assertThat(snapshots).hasSize(122);
    }

    /** From {@code value:count;...} of everybody and {@code baseline>value:count;...} of those with both. */
    private static CohortTally tally(String histogram, String pairHistogram) {
        CohortTally tally = new CohortTally();
        if (!histogram.isEmpty()) {
            for (String cell : histogram.split(";")) {
                String[] parts = cell.split(":");
                tally.add(new Observation(Long.parseLong(parts[0]), null), Long.parseLong(parts[1]));
            }
        }
        if (!pairHistogram.isEmpty()) {
            for (String cell : pairHistogram.split(";")) {
                String[] parts = cell.split("[>:]");
                long value = Long.parseLong(parts[1]);
                long count = Long.parseLong(parts[2]);
                tally.retract(new Observation(value, null), count);
                tally.add(new Observation(value, Long.valueOf(parts[0])), count);
            }
        }
        return tally;
    }
}

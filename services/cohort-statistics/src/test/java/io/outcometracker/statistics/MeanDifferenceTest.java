package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MeanDifferenceTest {

    private static Moments moments(long... values) {
        return Moments.of(Tallies.scoring(0).values(Tallies.ofValues(values)));
    }

    @Test
    void givesWhatSmallArmsDefine() {
        for (JsonNode example : EdgeCases.named("welch")) {
            MeanDifference actual = MeanDifference.of(
                    moments(EdgeCases.longs(example.get("act"))), moments(EdgeCases.longs(example.get("ctl"))));

            Metrics.of(actual).assertEqual(example.get("note"), example.get("expect"));
        }
    }

    @Test
    void saysWhyItLeavesNumbersOut() {
        assertThat(MeanDifference.of(moments(4), moments(3, 5)).undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(MeanDifference.of(moments(3, 5), moments(4)).undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(MeanDifference.of(moments(), moments()).undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(MeanDifference.of(moments(4, 4), moments(4, 4)).undefined())
                .isEqualTo(UndefinedReason.ZERO_VARIANCE);
        assertThat(MeanDifference.of(moments(4, 4), moments(3, 5)).undefined()).isNull();
        assertThat(MeanDifference.of(moments(3, 5), moments(4, 4)).undefined()).isNull();
    }

    @Test
    void takesActiveMinusControl() {
        MeanDifference actual = MeanDifference.of(moments(1, 1), moments(4, 5));

        assertThat(actual.difference()).isEqualTo(-3.5);
        assertThat(actual.t()).isEqualTo(-7);
        assertThat(actual.df()).isEqualTo(1);
        assertThat(actual.effectSize().g()).isNegative();
        assertThat(actual.ci().low()).isLessThan(-3.5);
        assertThat(actual.ci().high()).isGreaterThan(-3.5);
    }

    @Test
    void givesTheDifferenceOfArmsThatDoNotVary() {
        assertThat(MeanDifference.of(moments(7, 7, 7), moments(4, 4)))
                .isEqualTo(new MeanDifference(
                        3, 2, 3.0, null, null, null, null, null, null, UndefinedReason.ZERO_VARIANCE));
    }

    @Test
    void staysFiniteWithExtremeScores() {
        MeanDifference actual =
                MeanDifference.of(moments(Long.MAX_VALUE, Long.MIN_VALUE), moments(Long.MAX_VALUE, Long.MAX_VALUE - 1));

        assertThat(actual.se()).isFinite().isPositive();
        assertThat(actual.df()).isBetween(1.0, 2.0);
        assertThat(actual.p()).isBetween(0.0, 1.0);
        assertThat(actual.effectSize().g()).isFinite();
    }

    /** Exact: Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)) for m = 2 and 4 from Gamma(1/2) = sqrt(pi). */
    @Test
    void correctsForSmallSamplesExactly() {
        assertThat(MeanDifference.of(moments(1, 2), moments(3, 5)).effectSize().correction())
                .isCloseTo(1 / Math.sqrt(Math.PI), within(1e-15));
        assertThat(MeanDifference.of(moments(1, 2, 6), moments(3, 5, 4))
                        .effectSize()
                        .correction())
                .isCloseTo(Math.sqrt(2 / Math.PI), within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 1_000_000, 1_000_000_000_000L, 1L << 60})
    void hardlyCorrectsLargeSamples(long n) {
        CohortTally tally = new CohortTally();
        tally.add(new Observation(1, null), n);
        tally.add(new Observation(2, null), n);
        Moments arm = Moments.of(Tallies.scoring(0).values(tally));

        HedgesG actual = MeanDifference.of(arm, arm).effectSize();

        double m = 4.0 * n - 2;
        assertThat(actual.correction()).isCloseTo(1 - 3 / (4 * m - 1), within(1 / (m * m) + 1e-15));
        assertThat(actual.se())
                .isCloseTo(actual.correction() * Math.sqrt(1.0 / n), within(1e-12 / Math.sqrt((double) n)));
    }

    @Test
    void givesTheTwoSidedProbabilityOfT() {
        for (JsonNode example : EdgeCases.named("tTwoSidedP")) {
            double expected = example.get("expect").asDouble();

            assertThat(StudentT.twoSidedP(
                            example.get("t").asDouble(), example.get("df").asDouble()))
                    .isCloseTo(expected, within(1e-12 * expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1e300, 0"})
    void keepsProbabilitiesBetweenZeroAndOne(double t, double p) {
        assertThat(StudentT.twoSidedP(t, 5)).isEqualTo(p);
    }
}

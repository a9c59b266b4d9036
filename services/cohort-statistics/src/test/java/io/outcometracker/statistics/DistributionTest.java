package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.scoring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DistributionTest {

    private static Distribution of(CohortTally tally, int decimals) {
        return Distribution.of(scoring(decimals).values(tally));
    }

    @Test
    void takesQuartilesOfType2() {
        for (JsonNode example : EdgeCases.named("quantiles")) {
            Distribution actual = of(ofValues(EdgeCases.longs(example.get("input"))), 0);

            JsonNode expected = example.get("expect");
            assertThat(actual.q1()).isEqualTo(expected.get("1/4").get("type2").asDouble());
            assertThat(actual.median())
                    .isEqualTo(expected.get("1/2").get("type2").asDouble());
            assertThat(actual.q3()).isEqualTo(expected.get("3/4").get("type2").asDouble());
        }
    }

    @Test
    void describesSmallSamplesAndLeavesOutWhatTheyDoNotDefine() {
        for (JsonNode example : EdgeCases.named("describe")) {
            Distribution actual = of(ofValues(EdgeCases.longs(example.get("input"))), 0);

            JsonNode expected = example.get("expect");
            assertThat(actual.n()).isEqualTo(expected.get("n").asLong());
            assertThat(actual.undefined()).isEqualTo(expected.has("sd") ? null : UndefinedReason.TOO_FEW);
            assertSame(actual.mean(), expected.get("mean"));
            assertSame(actual.sd(), expected.get("sd"));
            assertSame(actual.se(), expected.get("se"));
            assertSame(actual.ci() == null ? null : actual.ci().low(), expected.get("ci_lo"));
            assertSame(actual.ci() == null ? null : actual.ci().high(), expected.get("ci_hi"));
            assertSame(actual.min(), expected.get("min"));
            assertSame(actual.max(), expected.get("max"));
            assertSame(actual.q1(), expected.get("q1"));
            assertSame(actual.median(), expected.get("median"));
            assertSame(actual.q3(), expected.get("q3"));
        }
    }

    private static void assertSame(Double actual, JsonNode expected) {
        if (expected == null) {
            assertThat(actual).isNull();
        } else {
            assertThat(actual).isCloseTo(expected.asDouble(), within(1e-9 * Math.abs(expected.asDouble())));
        }
    }

    @Test
    void losesNothingToCancellation() {
        JsonNode example = EdgeCases.named("cancellation").get(0);

        assertThat(of(ofValues(EdgeCases.longs(example.get("input"))), 0).sd())
                .isEqualTo(example.get("expect").get("sd").asDouble());
    }

    @Test
    void readsScoresInUnitsOfTheInstrument() {
        Distribution actual = of(ofValues(41, 52, 63), 1);

        assertThat(actual.mean()).isEqualTo(5.2);
        assertThat(actual.sd()).isEqualTo(1.1);
        assertThat(actual.se()).isEqualTo(Math.sqrt(1.21 / 3));
        assertThat(actual.min()).isEqualTo(4.1);
        assertThat(actual.median()).isEqualTo(5.2);
        assertThat(actual.max()).isEqualTo(6.3);
    }

    @Test
    void readsNineDecimals() {
        Distribution actual = of(ofValues(1, 4), 9);

        assertThat(actual.mean()).isEqualTo(2.5e-9);
        assertThat(actual.min()).isEqualTo(1e-9);
    }

    @Test
    void overflowsNeitherWithExtremeScoresNorWithExtremeCounts() {
        CohortTally tally = new CohortTally();
        tally.add(new Observation(Long.MAX_VALUE, null), Long.MAX_VALUE / 2);
        tally.add(new Observation(Long.MIN_VALUE, null), Long.MAX_VALUE / 2);
        tally.add(new Observation(0, null), 1);

        Distribution actual = of(tally, 0);

        assertThat(actual.n()).isEqualTo(Long.MAX_VALUE);
        assertThat(actual.mean()).isEqualTo(-0.5);
        assertThat(actual.sd()).isEqualTo(0x1p63);
        assertThat(actual.se()).isCloseTo(0x1p31 * Math.sqrt(2), within(1e-6));
        assertThat(actual.q1()).isEqualTo(-0x1p63);
        assertThat(actual.median()).isEqualTo(0);
        assertThat(actual.q3()).isEqualTo(0x1p63);
        assertThat(actual.ci().low()).isFinite().isNegative();
        assertThat(actual.ci().high()).isFinite().isPositive();
    }

    @Test
    void findsRanksInCountsNearTheLargestLong() {
        CohortTally tally = new CohortTally();
        tally.add(new Observation(1, null), 1L << 60);
        tally.add(new Observation(2, null), 1L << 60);
        tally.add(new Observation(3, null), 1L << 60);
        tally.add(new Observation(4, null), 1L << 60);

        Distribution actual = of(tally, 0);

        assertThat(actual.q1()).isEqualTo(1.5);
        assertThat(actual.median()).isEqualTo(2.5);
        assertThat(actual.q3()).isEqualTo(3.5);
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void agreesWithTheDefinitionsOnTheListOfScores(long seed) {
        Random random = new Random(seed);
        for (int n = 1; n <= 60; n++) {
            long[] scores = random.longs(n, -20, 21).sorted().toArray();

            Distribution actual = of(ofValues(scores), 0);

            double mean = Arrays.stream(scores).average().getAsDouble();
            assertThat(actual.n()).isEqualTo(n);
            assertThat(actual.mean()).isCloseTo(mean, within(1e-12));
            assertThat(actual.min()).isEqualTo((double) scores[0]);
            assertThat(actual.max()).isEqualTo((double) scores[n - 1]);
            assertThat(actual.q1()).isEqualTo(quantile(0.25, scores));
            assertThat(actual.median()).isEqualTo(quantile(0.5, scores));
            assertThat(actual.q3()).isEqualTo(quantile(0.75, scores));
            if (n > 1) {
                double deviations = Arrays.stream(scores)
                        .mapToDouble(score -> (score - mean) * (score - mean))
                        .sum();
                assertThat(actual.sd()).isCloseTo(Math.sqrt(deviations / (n - 1)), within(1e-11));
                assertThat(actual.se()).isCloseTo(actual.sd() / Math.sqrt(n), within(1e-12));
            }
        }
    }

    /** Exact as it stands: multiples of a quarter are exact in doubles. */
    private static double quantile(double p, long[] sorted) {
        double position = sorted.length * p;
        int j = (int) Math.floor(position);
        return position > j ? sorted[j] : (sorted[j - 1] + sorted[j]) / 2.0;
    }

    @Test
    void takesTheQuantilesOfStudentsT() {
        for (JsonNode example : EdgeCases.named("tQuantile")) {
            assertThat(example.get("p").asDouble()).isEqualTo(0.975);
            double expected = example.get("expect").asDouble();

            assertThat(StudentT.quantile(example.get("df").asDouble())).isCloseTo(expected, within(1e-12 * expected));
        }
    }

    @Test
    void usesTheNormalQuantileForHugeSamples() {
        assertThat(StudentT.quantile(1e18)).isCloseTo(Interval.Z, within(1e-9));
    }
}

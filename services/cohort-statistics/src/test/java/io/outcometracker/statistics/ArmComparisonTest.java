package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofPairs;
import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.pair;
import static io.outcometracker.statistics.Tallies.scoring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ArmComparisonTest {

    private static Map<String, CohortTally> arms(Object... namesAndTallies) {
        Map<String, CohortTally> arms = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTallies.length; i += 2) {
            arms.put((String) namesAndTallies[i], (CohortTally) namesAndTallies[i + 1]);
        }
        return arms;
    }

    private static ArmComparison compare(CohortTally active, CohortTally control) {
        return ArmComparison.against("control", arms("active", active, "control", control), scoring(0))
                .get("active");
    }

    @Test
    void givesNothingWhereTheModelIsNotDefined() {
        for (JsonNode example : EdgeCases.named("ancova")) {
            CohortTally active = ofPairs(pairs(example.get("act")));
            CohortTally control = ofPairs(pairs(example.get("ctl")));

            Metrics.of(compare(active, control).ancova())
                    .put("act", PairSums.of(active, 0))
                    .put("ctl", PairSums.of(control, 0))
                    .assertEqual(example.get("note"), example.get("expect"));
        }
    }

    private static long[][] pairs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(EdgeCases::longs)
                .toArray(long[][]::new);
    }

    @Test
    void saysWhyTheModelIsNotDefined() {
        CohortTally varied = ofPairs(pair(6, 3), pair(7, 4), pair(9, 4));
        CohortTally level = ofPairs(pair(6, 3), pair(6, 4));

        assertThat(compare(new CohortTally(), varied).ancova().undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(compare(varied, new CohortTally()).ancova().undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(compare(ofPairs(pair(6, 3)), ofPairs(pair(7, 5), pair(5, 4)))
                        .ancova()
                        .undefined())
                .isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(compare(level, ofPairs(pair(9, 5), pair(9, 6))).ancova().undefined())
                .isEqualTo(UndefinedReason.EQUAL_BASELINES);
        assertThat(compare(level, varied).ancova().undefined()).isNull();
    }

    @Test
    void needsOneResidualDegreeOfFreedom() {
        Ancova actual = compare(ofPairs(pair(6, 3), pair(8, 3)), ofPairs(pair(7, 5), pair(5, 4)))
                .ancova();

        assertThat(actual.df()).isEqualTo(1);
        assertThat(actual.undefined()).isNull();
    }

    @Test
    void comparesAnArmOfOneParticipant() {
        CohortTally one = ofPairs(pair(6, 3));
        CohortTally several = ofPairs(pair(7, 5), pair(5, 4), pair(9, 4));

        assertThat(compare(one, several).ancova().undefined()).isNull();
        assertThat(compare(one, several).ancova().se()).isPositive();
        assertThat(compare(several, one).ancova().undefined()).isNull();
        assertThat(compare(several, one).ancova().difference())
                .isEqualTo(-compare(one, several).ancova().difference());
    }

    @Test
    void leavesOutTAndPOfAPerfectFit() {
        Ancova actual = compare(
                        ofPairs(pair(6, 3), pair(8, 5), pair(10, 7)), ofPairs(pair(7, 5), pair(5, 3), pair(9, 7)))
                .ancova();

        assertThat(actual)
                .isEqualTo(new Ancova(
                        3,
                        3,
                        1.0,
                        -1.0,
                        0.0,
                        3L,
                        null,
                        null,
                        new Interval(-1, -1),
                        4.5,
                        5.5,
                        UndefinedReason.ZERO_VARIANCE));
    }

    @Test
    void comparesEachArmWithControlInTheOrderOfTheArms() {
        CohortTally control = ofValues(5, 6);
        Map<String, CohortTally> arms =
                arms("c", ofValues(1, 2), "control", control, "a", ofValues(5, 8), "b", ofValues(9, 9));

        Map<String, ArmComparison> actual = ArmComparison.against("control", arms, scoring(0));

        assertThat(actual.keySet()).containsExactly("c", "a", "b");
        assertThat(actual.values())
                .extracting(comparison -> comparison.value().difference())
                .containsExactly(-4.0, 1.0, 3.5);
    }

    @Test
    void takesAMissingControlForAnEmptyOne() {
        ArmComparison actual = ArmComparison.against("control", arms("active", ofPairs(pair(5, 4))), scoring(0))
                .get("active");

        assertThat(actual.value().nControl()).isZero();
        assertThat(actual.value().undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(actual.change().undefined()).isEqualTo(UndefinedReason.TOO_FEW);
        assertThat(actual.ancova().undefined()).isEqualTo(UndefinedReason.TOO_FEW);
    }

    @Test
    void comparesOnlyValuesWithoutABaseline() {
        CohortTally tally = ofPairs(pair(6, 3), pair(8, 5), pair(10, 6));
        var actual = ArmComparison.against(
                        "control",
                        arms("active", tally, "control", tally),
                        scoring(0).atBaselineVisit())
                .get("active");

        assertThat(actual.value().nActive()).isEqualTo(3);
        assertThat(actual.change()).isNull();
        assertThat(actual.ancova()).isNull();
    }

    @Test
    void comparesValuesOfAllAndChangesOfThoseWithABaseline() {
        CohortTally active = ofPairs(pair(6, 3), pair(8, 5), pair(9, 2));
        active.add(new Observation(10, null), 1);
        CohortTally control = ofPairs(pair(6, 5), pair(7, 7));

        ArmComparison actual = compare(active, control);

        assertThat(actual.value().nActive()).isEqualTo(4);
        assertThat(actual.value().difference()).isEqualTo(-1);
        assertThat(actual.change().nActive()).isEqualTo(3);
        assertThat(actual.change().difference()).isCloseTo(-13.0 / 3 + 0.5, within(1e-12));
        assertThat(actual.ancova().nActive()).isEqualTo(3);
        assertThat(actual.ancova().nControl()).isEqualTo(2);
    }

    @Test
    void ignoresAnArmWithoutPairsInTheModel() {
        CohortTally active = ofPairs(pair(6, 3), pair(8, 5), pair(9, 2));
        CohortTally control = ofPairs(pair(6, 5), pair(7, 7), pair(9, 8));

        Ancova actual = ArmComparison.against(
                        "control", arms("active", active, "control", control, "empty", ofValues(1, 2)), scoring(0))
                .get("active")
                .ancova();

        assertThat(actual).isEqualTo(compare(active, control).ancova());
        assertThat(actual.df()).isEqualTo(3);
    }

    @Test
    void comparesInUnitsOfTheInstrument() {
        Map<String, CohortTally> scaled = arms(
                "active", ofPairs(pair(600, 300), pair(800, 500), pair(900, 200)),
                "control", ofPairs(pair(600, 500), pair(700, 700), pair(900, 800)));
        ArmComparison plain =
                compare(ofPairs(pair(6, 3), pair(8, 5), pair(9, 2)), ofPairs(pair(6, 5), pair(7, 7), pair(9, 8)));

        assertThat(ArmComparison.against("control", scaled, scoring(2)).get("active"))
                .isEqualTo(plain);
    }

    /** One participant at a time: group, baseline and value. */
    private record Row(int arm, long baseline, long value) {}

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void agreesWithLeastSquaresOverThreeArms(long seed) {
        Random random = new Random(seed);
        for (int repeat = 0; repeat < 20; repeat++) {
            List<Row> rows = new ArrayList<>();
            Map<String, CohortTally> arms =
                    arms("0", new CohortTally(), "1", new CohortTally(), "2", new CohortTally());
            for (int i = 0; i < 60; i++) {
                Row row = new Row(i % 3, random.nextInt(101), random.nextInt(101));
                rows.add(row);
                arms.get(Integer.toString(row.arm())).add(new Observation(row.value(), row.baseline()), 1);
            }

            Map<String, ArmComparison> actual = ArmComparison.against("0", arms, scoring(0));

            assertLeastSquares(actual.get("1").ancova(), 1, rows);
            assertLeastSquares(actual.get("2").ancova(), 2, rows);
        }
    }

    /** Columns: intercept, arm 1, arm 2, baseline. Solves the normal equations and inverts their matrix. */
    private static void assertLeastSquares(Ancova actual, int arm, List<Row> rows) {
        double[][] system = new double[4][9];
        for (Row row : rows) {
            double[] x = columns(row);
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    system[i][j] += x[i] * x[j];
                }
                system[i][4] += x[i] * row.value();
                system[i][5 + i] = 1;
            }
        }
        eliminate(system);
        double residuals = 0;
        double meanBaseline = 0;
        for (Row row : rows) {
            double[] x = columns(row);
            double fitted = 0;
            for (int i = 0; i < 4; i++) {
                fitted += x[i] * system[i][4];
            }
            residuals += (row.value() - fitted) * (row.value() - fitted);
            meanBaseline += (double) row.baseline() / rows.size();
        }
        double se = Math.sqrt(residuals / (rows.size() - 4) * system[arm][5 + arm]);
        double difference = system[arm][4];
        double adjustedControl = system[0][4] + system[3][4] * meanBaseline;
        assertThat(actual.df()).isEqualTo(56);
        assertThat(actual.slope()).isCloseTo(system[3][4], within(1e-9));
        assertThat(actual.difference()).isCloseTo(difference, within(1e-8));
        assertThat(actual.se()).isCloseTo(se, within(1e-8));
        assertThat(actual.t()).isCloseTo(difference / se, within(1e-8));
        assertThat(actual.ci().high() - actual.ci().low()).isCloseTo(2 * StudentT.quantile(56) * se, within(1e-8));
        assertThat(actual.adjustedMeanControl()).isCloseTo(adjustedControl, within(1e-8));
        assertThat(actual.adjustedMeanActive()).isCloseTo(adjustedControl + difference, within(1e-8));
    }

    private static double[] columns(Row row) {
        return new double[] {1, row.arm() == 1 ? 1 : 0, row.arm() == 2 ? 1 : 0, row.baseline()};
    }

    /** Gauss and Jordan, without pivoting: the matrix is positive definite. */
    private static void eliminate(double[][] system) {
        for (int pivot = 0; pivot < system.length; pivot++) {
            double divisor = system[pivot][pivot];
            for (int j = 0; j < system[pivot].length; j++) {
                system[pivot][j] /= divisor;
            }
            for (int i = 0; i < system.length; i++) {
                double factor = i == pivot ? 0 : system[i][pivot];
                for (int j = 0; j < system[i].length; j++) {
                    system[i][j] -= factor * system[pivot][j];
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void adjustsTheChangeByTheSameDifferenceAsTheValue(long seed) {
        Random random = new Random(seed);
        CohortTally[] values = {new CohortTally(), new CohortTally()};
        CohortTally[] changes = {new CohortTally(), new CohortTally()};
        for (int i = 0; i < 30; i++) {
            long baseline = random.nextInt(101);
            long value = random.nextInt(101);
            values[i % 2].add(new Observation(value, baseline), 1);
            changes[i % 2].add(new Observation(value - baseline, baseline), 1);
        }

        Ancova ofValue = compare(values[1], values[0]).ancova();
        Ancova ofChange = compare(changes[1], changes[0]).ancova();

        assertThat(ofChange.difference()).isEqualTo(ofValue.difference());
        assertThat(ofChange.se()).isEqualTo(ofValue.se());
        assertThat(ofChange.p()).isEqualTo(ofValue.p());
        assertThat(ofChange.slope()).isCloseTo(ofValue.slope() - 1, within(1e-12));
    }
}

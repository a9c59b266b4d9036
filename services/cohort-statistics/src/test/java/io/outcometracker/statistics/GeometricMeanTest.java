package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.scoring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeometricMeanTest {

    @Test
    void averagesLogarithms() {
        GeometricMean actual = GeometricMean.of(ofValues(100, 1000, 10_000), scoring(2));

        // log10: 0, 1, 2; mean 1, sd 1
        double halfWidth = 4.302652729749459 / Math.sqrt(3);
        assertThat(actual.n()).isEqualTo(3);
        assertThat(actual.mean()).isCloseTo(10, within(1e-12));
        assertThat(actual.ci().low()).isCloseTo(Math.pow(10, 1 - halfWidth), within(1e-12));
        assertThat(actual.ci().high()).isCloseTo(Math.pow(10, 1 + halfWidth), within(1e-8));
        assertThat(actual.undefined()).isNull();
    }

    @Test
    void weighsByCounts() {
        CohortTally tally = new CohortTally();
        tally.add(new Observation(1, null), 1_000_000);
        tally.add(new Observation(16, 3L), 1_000_000);
        tally.add(new Observation(16, null), 2_000_000);

        assertThat(GeometricMean.of(tally, scoring(0)).mean()).isCloseTo(8, within(1e-12));
    }

    @Test
    void hasNoWidthWhereAllAreEqual() {
        GeometricMean actual = GeometricMean.of(ofValues(37, 37, 37), scoring(1));

        assertThat(actual.mean()).isCloseTo(3.7, within(1e-14));
        assertThat(actual.ci()).isEqualTo(new Interval(actual.mean(), actual.mean()));
    }

    @Test
    void hasNoIntervalForOneValue() {
        GeometricMean actual = GeometricMean.of(ofValues(37), scoring(1));

        assertThat(actual.mean()).isCloseTo(3.7, within(1e-14));
        assertThat(actual.ci()).isNull();
        assertThat(actual.undefined()).isEqualTo(UndefinedReason.TOO_FEW);
    }

    @Test
    void isNullWithoutValues() {
        assertThat(GeometricMean.of(new CohortTally(), scoring(1)))
                .isEqualTo(new GeometricMean(0, null, null, UndefinedReason.TOO_FEW));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void isNullWhereAValueHasNoLogarithm(long value) {
        assertThat(GeometricMean.of(ofValues(3, value, 5), scoring(1)))
                .isEqualTo(new GeometricMean(3, null, null, UndefinedReason.NOT_POSITIVE));
    }

    @Test
    void staysFiniteWithExtremeScores() {
        GeometricMean actual = GeometricMean.of(ofValues(1, Long.MAX_VALUE), scoring(9));

        assertThat(actual.mean()).isCloseTo(Math.sqrt(Long.MAX_VALUE) * 1e-9, within(1e-12));
        assertThat(actual.ci().low()).isFinite().isNotNegative();
        assertThat(actual.ci().high()).isFinite();
    }
}

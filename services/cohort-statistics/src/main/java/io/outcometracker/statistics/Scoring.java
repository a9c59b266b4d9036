package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How the scores of an instrument are read.
 *
 * @param decimals 0 to 9; scores are integers scaled by 10<sup>decimals</sup>
 * @param higherIsWorse whether improvement is baseline minus value, rather than value minus baseline
 * @param hasBaseline whether a change since baseline means anything
 * @param percentChange whether a change in percent of the baseline means anything; ignored without a baseline
 * @param mcid null when the trial names none
 */
public record Scoring(
        int decimals,
        boolean higherIsWorse,
        boolean hasBaseline,
        boolean percentChange,
        @Nullable Mcid mcid) {

    private static final int MAX_DECIMALS = 9;

    /**
     * Percent changes are the only numbers that cannot be held exactly. With this many decimals they are rounded once,
     * each by itself, and everything after is exact: sums cannot depend on the order.
     */
    private static final int QUOTIENT_DECIMALS = 80;

    public Scoring {
        if (decimals < 0 || decimals > MAX_DECIMALS) {
            throw new IllegalArgumentException("decimals must be 0 to " + MAX_DECIMALS + ": " + decimals);
        }
    }

    /** The same instrument at the baseline visit, where there is nothing yet to compare with and nobody can have responded. */
    public Scoring atBaselineVisit() {
        return new Scoring(decimals, higherIsWorse, false, false, null);
    }

    /** Whether percent changes and percent responders exist. */
    boolean readsPercentChange() {
        return hasBaseline && percentChange;
    }

    SortedMap<BigDecimal, Long> values(CohortTally tally) {
        return tally.countsBy(observation -> BigDecimal.valueOf(observation.value(), decimals));
    }

    SortedMap<BigDecimal, Long> changes(CohortTally tally) {
        return tally.countsBy(observation -> {
            Long baseline = observation.baseline();
            return baseline == null ? null : new BigDecimal(minus(observation.value(), baseline), decimals);
        });
    }

    /** Each participant's change in percent of the baseline, where the baseline is above zero. */
    SortedMap<BigDecimal, Long> percentChanges(CohortTally tally) {
        return tally.countsBy(observation -> {
            Long baseline = observation.baseline();
            return baseline == null || baseline <= 0
                    ? null
                    : new BigDecimal(minus(observation.value(), baseline))
                            .movePointRight(2)
                            .divide(BigDecimal.valueOf(baseline), QUOTIENT_DECIMALS, RoundingMode.HALF_EVEN);
        });
    }

    static boolean isPaired(Observation observation) {
        return observation.baseline() != null;
    }

    static boolean isPairedAboveZero(Observation observation) {
        Long baseline = observation.baseline();
        return baseline != null && baseline > 0;
    }

    boolean improvedByPercent(Observation observation, BigDecimal percent) {
        Long baseline = observation.baseline();
        return baseline != null
                && new BigDecimal(improvement(observation.value(), baseline))
                                .movePointRight(2)
                                .compareTo(percent.multiply(BigDecimal.valueOf(baseline)))
                        >= 0;
    }

    boolean improvedBy(Observation observation, BigDecimal units) {
        Long baseline = observation.baseline();
        return baseline != null
                && new BigDecimal(improvement(observation.value(), baseline), decimals).compareTo(units) >= 0;
    }

    boolean isAtMost(Observation observation, BigDecimal units) {
        return BigDecimal.valueOf(observation.value(), decimals).compareTo(units) <= 0;
    }

    private BigInteger improvement(long value, long baseline) {
        return higherIsWorse ? minus(baseline, value) : minus(value, baseline);
    }

    private static BigInteger minus(long left, long right) {
        return BigInteger.valueOf(left).subtract(BigInteger.valueOf(right));
    }
}

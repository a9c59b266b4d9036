package io.outcometracker.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/** Student's t distribution; its degrees of freedom may be fractional. */
final class StudentT {

    private static final double UPPER_TAIL = 0.975;

    private StudentT() {}

    /** The 0.975 quantile, for intervals of 95 %. */
    static double quantile(double df) {
        return TDistribution.of(df).inverseCumulativeProbability(UPPER_TAIL);
    }

    static double twoSidedP(double t, double df) {
        return 2 * TDistribution.of(df).survivalProbability(Math.abs(t));
    }
}

package io.outcometracker.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/** Two-sided 95 % confidence, the level of every interval of this module. */
final class Confidence {

    /** The 0.975 quantile of the standard normal distribution. */
    static final double Z = 1.959963984540054;

    private static final double UPPER_TAIL = 0.975;

    private Confidence() {}

    /** The 0.975 quantile of Student's t distribution; the degrees of freedom may be fractional. */
    static double t(double degreesOfFreedom) {
        return TDistribution.of(degreesOfFreedom).inverseCumulativeProbability(UPPER_TAIL);
    }

    static Interval around(double estimate, double halfWidth) {
        return new Interval(estimate - halfWidth, estimate + halfWidth);
    }
}

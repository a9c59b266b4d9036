package io.outcometracker.statistics;

/** A two-sided 95 % confidence interval. */
public record Interval(double low, double high) {

    /** The 0.975 quantile of the standard normal distribution. */
    static final double Z = 1.959963984540054;

    static Interval around(double estimate, double halfWidth) {
        return new Interval(estimate - halfWidth, estimate + halfWidth);
    }
}

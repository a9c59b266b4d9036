package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * How many of n have a property. Rate and interval are fractions of 1, and null when n = 0.
 *
 * @param ci score interval of Wilson (J. Am. Stat. Assoc. 22:209, 1927), without continuity correction
 */
public record Proportion(
        long k, long n, @Nullable Double rate, @Nullable Interval ci) {

    static Proportion of(long k, long n) {
        return n == 0 ? new Proportion(k, n, null, null) : new Proportion(k, n, (double) k / n, wilson(k, n));
    }

    /** Why there are nulls, or null when there are none. */
    public @Nullable UndefinedReason undefined() {
        return n == 0 ? UndefinedReason.TOO_FEW : null;
    }

    private static Interval wilson(long k, long n) {
        double p = (double) k / n;
        double z2 = Interval.Z * Interval.Z / n;
        double centre = (p + z2 / 2) / (1 + z2);
        double halfWidth = Interval.Z * Math.sqrt(p * (1 - p) / n + z2 / n / 4) / (1 + z2);
        // In exact arithmetic the bound is the edge itself; rounding would leave it a little off.
        return new Interval(k == 0 ? 0 : centre - halfWidth, k == n ? 1 : centre + halfWidth);
    }
}

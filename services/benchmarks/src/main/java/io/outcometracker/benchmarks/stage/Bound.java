package io.outcometracker.benchmarks.stage;

import java.math.BigDecimal;

/**
 * What a figure is held to.
 *
 * @param most whether the limit is the most that it may be; else the least
 */
public record Bound(boolean most, double limit) {

    public static Bound atMost(double limit) {
        return new Bound(true, limit);
    }

    public static Bound atLeast(double limit) {
        return new Bound(false, limit);
    }

    boolean isMet(double figure) {
        return most ? figure <= limit : figure >= limit;
    }

    @Override
    public String toString() {
        return (most ? "<= " : ">= ")
                + BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString();
    }
}

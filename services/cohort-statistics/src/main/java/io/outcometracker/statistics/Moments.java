package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** How many numbers there are, their exact sum and the exact sum of their squares. */
record Moments(long n, BigDecimal sum, BigDecimal sumOfSquares) {

    /** Coarser than percent changes are held, so that what their rounding left of a mean of zero is zero again. */
    private static final int MEAN_DECIMALS = 60;

    static Moments of(Map<BigDecimal, Long> counts) {
        long n = 0;
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal sumOfSquares = BigDecimal.ZERO;
        for (var entry : counts.entrySet()) {
            BigDecimal number = entry.getKey();
            BigDecimal total = number.multiply(BigDecimal.valueOf(entry.getValue()));
            n += entry.getValue();
            sum = sum.add(total);
            sumOfSquares = sumOfSquares.add(total.multiply(number));
        }
        return new Moments(n, sum, sumOfSquares);
    }

    /** Needs n of at least 1. */
    double mean() {
        return sum.divide(BigDecimal.valueOf(n), MEAN_DECIMALS, RoundingMode.HALF_EVEN)
                .doubleValue();
    }

    /** Needs n of at least 1. */
    Rational exactMean() {
        return Rational.of(sum).dividedBy(n);
    }

    /** Sum of squared deviations from the mean; needs n of at least 1. */
    Rational squaredDeviations() {
        BigDecimal numerator = sumOfSquares.multiply(BigDecimal.valueOf(n)).subtract(sum.pow(2));
        return Rational.of(numerator).dividedBy(n);
    }

    /** The sample variance; needs n of at least 2. */
    Rational variance() {
        return squaredDeviations().dividedBy(n - 1);
    }

    /** The variance of the mean; needs n of at least 2. */
    Rational varianceOfMean() {
        return variance().dividedBy(n);
    }
}

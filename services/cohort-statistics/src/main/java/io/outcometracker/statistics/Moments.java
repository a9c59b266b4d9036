package io.outcometracker.statistics;

import java.util.SortedMap;

/** How many numbers there are, their exact sum and the exact sum of their squares. */
record Moments(long n, Rational sum, Rational sumOfSquares) {

    static Moments of(SortedMap<Rational, Long> counts) {
        RationalSum sum = new RationalSum();
        RationalSum sumOfSquares = new RationalSum();
        counts.forEach((number, count) -> {
            sum.add(number, count);
            sumOfSquares.add(number.squared(), count);
        });
        long n = counts.values().stream().mapToLong(Long::longValue).sum();
        return new Moments(n, sum.total(), sumOfSquares.total());
    }

    /** Needs n of at least 1. */
    Rational mean() {
        return sum.dividedBy(n);
    }

    /** The sum of squared deviations from the mean; needs n of at least 1. */
    Rational squaredDeviations() {
        return sumOfSquares.minus(sum.squared().dividedBy(n));
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

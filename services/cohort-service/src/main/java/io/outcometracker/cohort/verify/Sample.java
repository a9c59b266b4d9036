package io.outcometracker.cohort.verify;

import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.Undefined;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/** A list of numbers and its textbook statistics, in decimals with so many digits that rounding never shows. */
final class Sample {
    static final MathContext DIGITS = new MathContext(50);
    /** The 0.975 quantile of the standard normal distribution. */
    static final double Z = 1.959963984540054;

    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private final List<BigDecimal> sorted;

    Sample(Collection<BigDecimal> numbers) {
        sorted = numbers.stream().sorted().toList();
    }

    int n() {
        return sorted.size();
    }

    /** Needs n of at least 1. */
    BigDecimal mean() {
        return sum(sorted).divide(BigDecimal.valueOf(n()), DIGITS);
    }

    /** With divisor n - 1; needs n of at least 2. */
    BigDecimal variance() {
        BigDecimal mean = mean();
        BigDecimal squares = sum(sorted.stream()
                .map(it -> it.subtract(mean, DIGITS).pow(2, DIGITS))
                .toList());
        return squares.divide(BigDecimal.valueOf(n() - 1L), DIGITS);
    }

    /** Needs n of at least 2. */
    BigDecimal varianceOfMean() {
        return variance().divide(BigDecimal.valueOf(n()), DIGITS);
    }

    private static BigDecimal sum(List<BigDecimal> numbers) {
        return numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    Distribution distribution() {
        if (n() == 0) {
            return new Distribution(0, null, null, null, null, null, null, null, null, null);
        }
        boolean spread = n() > 1;
        return new Distribution(
                n(),
                mean().doubleValue(),
                spread ? root(variance()) : null,
                spread ? root(varianceOfMean()) : null,
                spread ? interval() : null,
                quantile(2),
                quantile(1),
                quantile(3),
                sorted.get(0).doubleValue(),
                sorted.get(n() - 1).doubleValue());
    }

    private Interval interval() {
        return around(mean().doubleValue(), t(n() - 1.0) * root(varianceOfMean()));
    }

    /** SAS PCTLDEF=5: the next number up, or between two numbers their middle. */
    private double quantile(int quarters) {
        int position = n() * quarters;
        BigDecimal above = sorted.get(position / 4);
        return position % 4 > 0
                ? above.doubleValue()
                : above.add(sorted.get(position / 4 - 1)).divide(TWO, DIGITS).doubleValue();
    }

    GeometricMean geometricMean() {
        if (n() == 0) {
            return new GeometricMean(0, null, null, Undefined.TOO_FEW);
        }
        if (sorted.get(0).signum() <= 0) {
            return new GeometricMean(n(), null, null, Undefined.NOT_POSITIVE);
        }
        Sample logs = new Sample(sorted.stream()
                .map(it -> BigDecimal.valueOf(Math.log(it.doubleValue())))
                .toList());
        double mean = Math.exp(logs.mean().doubleValue());
        if (n() == 1) {
            return new GeometricMean(1, mean, null, Undefined.TOO_FEW);
        }
        Interval ci = logs.interval();
        return new GeometricMean(n(), mean, new Interval(Math.exp(ci.low()), Math.exp(ci.high())), null);
    }

    /** With the score interval of Wilson. */
    static Proportion proportion(long k, long n) {
        if (n == 0) {
            return new Proportion(k, n, null, null);
        }
        double p = (double) k / n;
        double d = 1 + Z * Z / n;
        double centre = (p + Z * Z / (2 * n)) / d;
        double halfWidth = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n)) / d;
        return new Proportion(k, n, p, around(centre, halfWidth));
    }

    static double root(BigDecimal number) {
        return number.sqrt(DIGITS).doubleValue();
    }

    /** The 0.975 quantile of Student's t. */
    static double t(double df) {
        return TDistribution.of(df).inverseCumulativeProbability(0.975);
    }

    /** Two-sided. */
    static double p(double t, double df) {
        return 2 * TDistribution.of(df).survivalProbability(Math.abs(t));
    }

    static Interval around(double estimate, double halfWidth) {
        return new Interval(estimate - halfWidth, estimate + halfWidth);
    }
}

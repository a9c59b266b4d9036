package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Summary of a set of numbers. All but n are null when n = 0; sd, se and ci are null also when n = 1.
 *
 * @param sd sample standard deviation, with divisor n - 1
 * @param se standard error of the mean
 * @param ci of the mean, by Student's t
 * @param q1 quartiles by SAS PCTLDEF=5, which is type 2 of Hyndman and Fan (The American Statistician 50:361, 1996)
 */
public record Distribution(
        long n,
        @Nullable Double mean,
        @Nullable Double sd,
        @Nullable Double se,
        @Nullable Interval ci,
        @Nullable Double median,
        @Nullable Double q1,
        @Nullable Double q3,
        @Nullable Double min,
        @Nullable Double max) {

    private static final BigDecimal HALF = new BigDecimal("0.5");

    static Distribution of(SortedMap<BigDecimal, Long> counts) {
        Moments moments = Moments.of(counts);
        long n = moments.n();
        if (n == 0) {
            return new Distribution(0, null, null, null, null, null, null, null, null, null);
        }
        double mean = moments.mean();
        Double sd = n < 2 ? null : moments.variance().sqrt();
        Double se = n < 2 ? null : moments.varianceOfMean().sqrt();
        Interval ci = se == null ? null : Interval.around(mean, StudentT.quantile((double) (n - 1)) * se);
        return new Distribution(
                n,
                mean,
                sd,
                se,
                ci,
                quartile(2, counts, n),
                quartile(1, counts, n),
                quartile(3, counts, n),
                counts.firstKey().doubleValue(),
                counts.lastKey().doubleValue());
    }

    /** Why there are nulls, or null when there are none. */
    public @Nullable UndefinedReason undefined() {
        return n < 2 ? UndefinedReason.TOO_FEW : null;
    }

    /** With n * quarters / 4 = j + g: x[j+1] when g > 0, else the mean of x[j] and x[j+1], counting from 1. */
    private static double quartile(int quarters, SortedMap<BigDecimal, Long> counts, long n) {
        long remainder = n % 4 * quarters;
        long j = n / 4 * quarters + remainder / 4;
        BigDecimal next = atRank(j + 1, counts);
        return (remainder % 4 == 0 ? atRank(j, counts).add(next).multiply(HALF) : next).doubleValue();
    }

    private static BigDecimal atRank(long rank, SortedMap<BigDecimal, Long> counts) {
        long left = rank;
        for (var entry : counts.entrySet()) {
            left -= entry.getValue();
            if (left <= 0) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("rank beyond the counts");
    }
}

package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mean on the logarithmic scale, for laboratory values, in units of the instrument. All but n are null when there is no
 * value or one that is zero or below; ci is null also when n = 1.
 *
 * @param ci by Student's t on the logarithms, transformed back
 * @param undefined why there are nulls, or null when there are none
 */
public record GeometricMean(
        long n,
        @Nullable Double mean,
        @Nullable Interval ci,
        @Nullable UndefinedReason undefined) {

    /** Computes it from the counts alone. */
    public static GeometricMean of(CohortTally tally, Scoring scoring) {
        long n = tally.n();
        if (n == 0) {
            return new GeometricMean(n, null, null, UndefinedReason.TOO_FEW);
        }
        if (scoring.values(tally).firstKey().signum() <= 0) {
            return new GeometricMean(n, null, null, UndefinedReason.NOT_POSITIVE);
        }
        Moments logs = Moments.of(logs(scoring.values(tally)));
        double mean = StrictMath.exp(logs.mean());
        if (n == 1) {
            return new GeometricMean(n, mean, null, UndefinedReason.TOO_FEW);
        }
        double halfWidth =
                StudentT.quantile((double) (n - 1)) * logs.varianceOfMean().sqrt();
        return new GeometricMean(
                n,
                mean,
                new Interval(StrictMath.exp(logs.mean() - halfWidth), StrictMath.exp(logs.mean() + halfWidth)),
                null);
    }

    /** Each logarithm is rounded to a double, by itself; what is done with them afterwards is exact. */
    private static Map<BigDecimal, Long> logs(Map<BigDecimal, Long> counts) {
        Map<BigDecimal, Long> logs = new HashMap<>();
        counts.forEach(
                (number, count) -> logs.merge(new BigDecimal(StrictMath.log(number.doubleValue())), count, Long::sum));
        return logs;
    }
}

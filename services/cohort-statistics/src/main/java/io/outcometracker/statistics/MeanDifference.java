package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Difference of two means, active minus control, by the t test for unequal variances of Welch (Biometrika 34:28, 1947).
 * All numbers but the counts are null when an arm has fewer than two participants; when neither arm varies, only the
 * difference is given.
 *
 * @param df degrees of freedom by Satterthwaite, not rounded
 * @param p two-sided; descriptive, not adjusted for repeated looks
 * @param effectSize null where se is null
 * @param undefined why there are nulls, or null when there are none
 */
public record MeanDifference(
        long nActive,
        long nControl,
        @Nullable Double difference,
        @Nullable Double se,
        @Nullable Double df,
        @Nullable Double t,
        @Nullable Double p,
        @Nullable Interval ci,
        @Nullable HedgesG effectSize,
        @Nullable UndefinedReason undefined) {

    static MeanDifference of(Moments active, Moments control) {
        if (active.n() < 2 || control.n() < 2) {
            return undefined(active, control, null, UndefinedReason.TOO_FEW);
        }
        double difference = active.exactMean().minus(control.exactMean()).toDouble();
        Rational q1 = active.varianceOfMean();
        Rational q0 = control.varianceOfMean();
        Rational variance = q1.plus(q0);
        if (variance.isZero()) {
            return undefined(active, control, difference, UndefinedReason.ZERO_VARIANCE);
        }
        double se = variance.sqrt();
        double df = variance.squared()
                .dividedBy(
                        q1.squared().dividedBy(active.n() - 1).plus(q0.squared().dividedBy(control.n() - 1)))
                .toDouble();
        double t = difference / se;
        return new MeanDifference(
                active.n(),
                control.n(),
                difference,
                se,
                df,
                t,
                StudentT.twoSidedP(t, df),
                Interval.around(difference, StudentT.quantile(df) * se),
                HedgesG.of(active, control),
                null);
    }

    private static MeanDifference undefined(
            Moments active, Moments control, @Nullable Double difference, UndefinedReason reason) {
        return new MeanDifference(active.n(), control.n(), difference, null, null, null, null, null, null, reason);
    }
}

package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Difference of two arms, active minus control, adjusted for baseline: analysis of covariance of the value with one slope
 * common to all arms (Senn, Statistical Issues in Drug Development, chapter 7). The difference, its error and p are the
 * same when the change is analysed in place of the value; the slope is then smaller by 1.
 *
 * <p>All numbers but the counts are null when an arm has nobody with both values, when there are no residual degrees of
 * freedom, or when the baselines do not vary within any arm. When the line fits perfectly, only t and p are null.
 *
 * @param nActive participants with a baseline and a value
 * @param nControl participants with a baseline and a value
 * @param df residual degrees of freedom, over all arms of the trial
 * @param p two-sided; descriptive, not adjusted for repeated looks
 * @param adjustedMeanActive at the mean baseline of all arms (least-squares mean)
 * @param adjustedMeanControl at the mean baseline of all arms (least-squares mean)
 * @param undefined why there are nulls, or null when there are none
 */
public record Ancova(
        long nActive,
        long nControl,
        @Nullable Double slope,
        @Nullable Double difference,
        @Nullable Double se,
        @Nullable Long df,
        @Nullable Double t,
        @Nullable Double p,
        @Nullable Interval ci,
        @Nullable Double adjustedMeanActive,
        @Nullable Double adjustedMeanControl,
        @Nullable UndefinedReason undefined) {

    /**
     * Compares two arms of a model.
     *
     * @param model of all arms, these two among them
     */
    static Ancova of(CommonSlope model, PairSums active, PairSums control) {
        if (active.n() < 1 || control.n() < 1 || model.df() < 1) {
            return undefined(active, control, UndefinedReason.TOO_FEW);
        }
        if (model.xx().isZero()) {
            return undefined(active, control, UndefinedReason.EQUAL_BASELINES);
        }
        Rational adjustedActive = model.adjustedMean(active);
        Rational adjustedControl = model.adjustedMean(control);
        double difference = adjustedActive.minus(adjustedControl).toDouble();
        Rational imbalance = active.meanX().minus(control.meanX());
        Rational perUnitOfVariance = Rational.ONE
                .dividedBy(active.n())
                .plus(Rational.ONE.dividedBy(control.n()))
                .plus(imbalance.squared().dividedBy(model.xx()));
        Rational variance = model.residualVariance().times(perUnitOfVariance);
        double se = variance.sqrt();
        double df = model.df();
        boolean perfectFit = variance.isZero();
        Double t = perfectFit ? null : difference / se;
        return new Ancova(
                active.n(),
                control.n(),
                model.slope().toDouble(),
                difference,
                se,
                model.df(),
                t,
                t == null ? null : StudentT.twoSidedP(t, df),
                Interval.around(difference, StudentT.quantile(df) * se),
                adjustedActive.toDouble(),
                adjustedControl.toDouble(),
                perfectFit ? UndefinedReason.ZERO_VARIANCE : null);
    }

    private static Ancova undefined(PairSums active, PairSums control, UndefinedReason reason) {
        return new Ancova(active.n(), control.n(), null, null, null, null, null, null, null, null, null, reason);
    }
}

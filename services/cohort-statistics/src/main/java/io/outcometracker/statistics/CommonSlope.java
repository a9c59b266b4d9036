package io.outcometracker.statistics;

import java.util.List;

/**
 * The linear model value = arm + slope * baseline over all arms of a trial that have a participant with both.
 *
 * @param xx deviations of the baselines from the mean of their arm, squared and summed over all arms
 * @param xy their products with the deviations of the values
 * @param yy deviations of the values, squared
 * @param df residual degrees of freedom, which may be negative
 * @param meanX mean baseline over all arms
 */
record CommonSlope(Rational xx, Rational xy, Rational yy, long df, Rational meanX) {

    static CommonSlope of(List<PairSums> arms) {
        Rational xx = Rational.ZERO;
        Rational xy = Rational.ZERO;
        Rational yy = Rational.ZERO;
        Rational x = Rational.ZERO;
        long n = 0;
        long parameters = 1;
        for (PairSums arm : arms) {
            if (arm.n() > 0) {
                xx = xx.plus(arm.withinXx());
                xy = xy.plus(arm.withinXy());
                yy = yy.plus(arm.withinYy());
                x = x.plus(Rational.of(arm.x()));
                n = Math.addExact(n, arm.n());
                parameters++;
            }
        }
        return new CommonSlope(xx, xy, yy, n - parameters, x.dividedBy(Math.max(n, 1)));
    }

    Rational slope() {
        return xy.dividedBy(xx);
    }

    Rational residualSumOfSquares() {
        return yy.minus(xy.squared().dividedBy(xx));
    }

    Rational residualVariance() {
        return residualSumOfSquares().dividedBy(df);
    }

    /** Mean value of an arm as it would be had its participants started at the mean baseline of all arms. */
    Rational adjustedMean(PairSums arm) {
        return arm.meanY().minus(slope().times(arm.meanX().minus(meanX)));
    }
}

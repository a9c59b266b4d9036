package io.outcometracker.statistics;

import org.apache.commons.numbers.gamma.GammaRatio;

/**
 * Standardised mean difference, active minus control, with the exact correction for small samples (Hedges, Journal of
 * Educational Statistics 6:107, 1981) and the variance of Borenstein (Introduction to Meta-Analysis, 2009, chapter 4).
 *
 * @param pooledSd in units of the instrument
 * @param d difference in pooled standard deviations, uncorrected (Cohen)
 * @param correction the factor J from d to g
 */
public record HedgesG(double pooledSd, double d, double correction, double g, double se, Interval ci) {

    /** Needs two participants in each arm and a pooled variance above zero. */
    static HedgesG of(Moments active, Moments control) {
        long m = Math.addExact(active.n() - 1, control.n() - 1);
        double pooledSd = active.squaredDeviations()
                .plus(control.squaredDeviations())
                .dividedBy(m)
                .sqrt();
        double d = active.exactMean().minus(control.exactMean()).toDouble() / pooledSd;
        double correction = 1 / (Math.sqrt(m / 2.0) * GammaRatio.delta((m - 1) / 2.0, 0.5));
        double n1 = active.n();
        double n0 = control.n();
        double g = correction * d;
        double se = correction * Math.sqrt((n1 + n0) / (n1 * n0) + d * d / (2 * (n1 + n0)));
        return new HedgesG(pooledSd, d, correction, g, se, Interval.around(g, Interval.Z * se));
    }
}

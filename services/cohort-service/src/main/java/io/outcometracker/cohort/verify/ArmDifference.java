package io.outcometracker.cohort.verify;

import static io.outcometracker.cohort.verify.Sample.around;
import static io.outcometracker.cohort.verify.Sample.root;

import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Undefined;
import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.commons.numbers.gamma.LogGamma;

/** Active minus control: Welch's t test and Hedges' g. */
final class ArmDifference {
    private static final MathContext DIGITS = Sample.DIGITS;
    /** From here on the difference of two logarithms of gamma has fewer digits than its series. */
    private static final int SERIES_FROM = 10_000;

    private ArmDifference() {}

    static MeanDifference of(Sample active, Sample control, boolean withP) {
        if (active.n() < 2 || control.n() < 2) {
            return new MeanDifference(
                    active.n(), control.n(), null, null, null, null, null, null, null, Undefined.TOO_FEW);
        }
        BigDecimal q1 = active.varianceOfMean();
        BigDecimal q0 = control.varianceOfMean();
        BigDecimal variance = q1.add(q0);
        double difference = difference(active, control).doubleValue();
        if (variance.signum() == 0) {
            return new MeanDifference(
                    active.n(), control.n(), difference, null, null, null, null, null, null, Undefined.ZERO_VARIANCE);
        }
        double se = root(variance);
        double df = variance.pow(2)
                .divide(
                        q1.pow(2)
                                .divide(BigDecimal.valueOf(active.n() - 1L), DIGITS)
                                .add(q0.pow(2).divide(BigDecimal.valueOf(control.n() - 1L), DIGITS)),
                        DIGITS)
                .doubleValue();
        double t = difference / se;
        return new MeanDifference(
                active.n(),
                control.n(),
                difference,
                se,
                df,
                t,
                withP ? Sample.p(t, df) : null,
                around(difference, Sample.t(df) * se),
                hedgesG(active, control),
                null);
    }

    private static BigDecimal difference(Sample active, Sample control) {
        return active.mean().subtract(control.mean(), DIGITS);
    }

    private static HedgesG hedgesG(Sample active, Sample control) {
        double n1 = active.n();
        double n0 = control.n();
        int m = active.n() + control.n() - 2;
        double pooledSd = root(active.variance()
                .multiply(BigDecimal.valueOf(active.n() - 1L))
                .add(control.variance().multiply(BigDecimal.valueOf(control.n() - 1L)))
                .divide(BigDecimal.valueOf(m), DIGITS));
        double d = difference(active, control).doubleValue() / pooledSd;
        double j = correction(m);
        double g = j * d;
        double se = Math.sqrt(j * j * ((n1 + n0) / (n1 * n0) + d * d / (2 * (n1 + n0))));
        return new HedgesG(g, se, around(g, Sample.Z * se), pooledSd, d, j);
    }

    static double correction(int m) {
        if (m > SERIES_FROM) {
            return 1 - 3 / (4.0 * m) - 7 / (32.0 * m * m);
        }
        return Math.exp(LogGamma.value(m / 2.0) - LogGamma.value((m - 1) / 2.0)) / Math.sqrt(m / 2.0);
    }
}

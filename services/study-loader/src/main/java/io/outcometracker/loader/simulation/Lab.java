package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A concentration in the blood. Its logarithm is what is spread evenly, so {@link StrictMath} is used, which is the same
 * on every platform.
 *
 * @param usual an average participant's concentration before treatment
 * @param spread standard deviation of the logarithm between participants
 * @param perPoint what one point of improvement adds to the logarithm
 * @param noise standard deviation of the logarithm of the same participant from day to day
 */
record Lab(
        String code,
        @Nullable BigDecimal limitOfDetection,
        double usual,
        double spread,
        double perPoint,
        double noise,
        double missing)
        implements Measure {
    private static final int DECIMALS = 2;

    @Override
    public BigDecimal score(double level, double improvement, double luck) {
        double concentration = usual * StrictMath.exp(spread * level + perPoint * improvement + noise * luck);
        return new BigDecimal(concentration).setScale(DECIMALS, RoundingMode.HALF_UP);
    }

    /** The decimal point misplaced. */
    @Override
    public BigDecimal slip(BigDecimal score, int size) {
        return score.movePointRight(1).setScale(DECIMALS, RoundingMode.HALF_UP);
    }
}

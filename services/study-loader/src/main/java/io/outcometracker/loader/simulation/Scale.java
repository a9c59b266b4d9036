package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How the scores of an instrument come about.
 *
 * @param hasBaseline false where the score is itself a change
 * @param usual an average participant's score before treatment
 * @param spread standard deviation between participants before treatment; negative where a higher score is better
 * @param perPoint what one point less pain adds to the score
 * @param noise standard deviation of the same participant's scores from day to day
 * @param steps how many possible scores lie in one unit: 7 for a mean of seven items
 * @param missing how often it is missing although the visit took place
 */
record Scale(
        String code,
        boolean hasBaseline,
        int min,
        int max,
        double usual,
        double spread,
        double perPoint,
        double noise,
        double steps,
        int decimals,
        double missing) {

    /** The possible score nearest to a number. */
    BigDecimal score(double number) {
        double inRange = Math.max(min, Math.min(max, number));
        long step = Math.round(inRange * steps);
        return BigDecimal.valueOf(step).divide(BigDecimal.valueOf(steps), decimals, RoundingMode.HALF_UP);
    }

    /** Another possible score, such as a slip of the finger makes of one. */
    BigDecimal slip(BigDecimal score, long stepsOff) {
        BigDecimal off = BigDecimal.valueOf(stepsOff / steps);
        BigDecimal up = score.add(off);
        BigDecimal slipped = up.compareTo(BigDecimal.valueOf(max)) <= 0 ? up : score.subtract(off);
        return score(slipped.doubleValue());
    }
}

package io.outcometracker.loader.simulation;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** How the scores of an instrument come about. */
interface Measure {
    String code();

    /** False where the score is itself a change. */
    default boolean hasBaseline() {
        return true;
    }

    /** How often it is missing although the visit took place. */
    double missing();

    /**
     * The score of a participant.
     *
     * @param level how ill the participant was before treatment, as a standard normal deviate
     * @param improvement since then, in points
     * @param luck of the day, as a standard normal deviate
     */
    BigDecimal score(double level, double improvement, double luck);

    /** Another possible score, such as a slip of the finger makes of one. */
    BigDecimal slip(BigDecimal score, int size);

    /** Lower scores are reported as below it; absent where there is none. */
    default @Nullable BigDecimal limitOfDetection() {
        return null;
    }
}

package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What makes a participant a responder.
 *
 * @param evaluable of whom it can be told
 * @param reached who did respond, of those
 */
record Threshold(Predicate<Observation> evaluable, Predicate<Observation> reached) {

    private static final BigDecimal THIRTY = BigDecimal.valueOf(30);
    private static final BigDecimal FIFTY = BigDecimal.valueOf(50);

    static @Nullable Threshold thirtyPercent(Scoring scoring) {
        return percent(THIRTY, scoring);
    }

    static @Nullable Threshold fiftyPercent(Scoring scoring) {
        return percent(FIFTY, scoring);
    }

    /** The trial's own; null when there is none or the instrument cannot be read by it. */
    static @Nullable Threshold mcid(Scoring scoring) {
        Mcid mcid = scoring.mcid();
        if (mcid == null) {
            return null;
        }
        BigDecimal value = mcid.value();
        return switch (mcid.kind()) {
            case ABSOLUTE ->
                scoring.hasBaseline()
                        ? new Threshold(Scoring::isPaired, observation -> scoring.improvedBy(observation, value))
                        : null;
            case PERCENT -> percent(value, scoring);
            case VALUE_AT_MOST ->
                new Threshold(observation -> true, observation -> scoring.isAtMost(observation, value));
        };
    }

    private static @Nullable Threshold percent(BigDecimal percent, Scoring scoring) {
        return scoring.readsPercentChange()
                ? new Threshold(
                        Scoring::isPairedAboveZero, observation -> scoring.improvedByPercent(observation, percent))
                : null;
    }

    boolean isReachedBy(Observation observation) {
        return evaluable.test(observation) && reached.test(observation);
    }
}

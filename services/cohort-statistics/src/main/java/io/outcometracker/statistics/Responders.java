package io.outcometracker.statistics;

import java.util.function.Predicate;

/**
 * Participants who improved enough, out of two denominators.
 *
 * @param observed of those for whom it can be told
 * @param imputed of those whose visit was due: who has no value counts as a non-responder
 */
public record Responders(Proportion observed, Proportion imputed) {

    static Responders of(
            CohortTally tally,
            Predicate<Observation> evaluable,
            Predicate<Observation> improved,
            long nonResponderDenominator) {
        long k = tally.count(evaluable.and(improved));
        return new Responders(Proportion.of(k, tally.count(evaluable)), Proportion.of(k, nonResponderDenominator));
    }
}

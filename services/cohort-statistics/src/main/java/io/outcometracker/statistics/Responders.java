package io.outcometracker.statistics;

/**
 * Participants who improved enough, out of two denominators.
 *
 * @param observed of those for whom it can be told
 * @param imputed of those whose visit was due: who has no value counts as a non-responder
 */
public record Responders(Proportion observed, Proportion imputed) {

    static Responders of(CohortTally tally, Threshold threshold, long nonResponderDenominator) {
        long k = tally.count(threshold::isReachedBy);
        return new Responders(
                Proportion.of(k, tally.count(threshold.evaluable())), Proportion.of(k, nonResponderDenominator));
    }
}

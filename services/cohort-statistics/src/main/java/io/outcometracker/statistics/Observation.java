package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * What one participant contributes to a cohort: the score at the visit and the score at baseline, both as integers
 * scaled by 10<sup>decimals</sup> of the instrument.
 *
 * @param baseline null when the participant has no valid baseline, and at the baseline visit itself
 */
public record Observation(long value, @Nullable Long baseline) {

    /** Says nothing of the scores: they belong to one participant and must not reach a log. */
    @Override
    public String toString() {
        return baseline == null ? "Observation[unpaired]" : "Observation[paired]";
    }
}

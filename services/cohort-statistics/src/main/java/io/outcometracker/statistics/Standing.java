package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Which of a cohort's statistics a participant with a value is counted in. Who is to decide whether a statistic tells
 * of too few needs to know how the participants are spread over them.
 *
 * @param paired counted in the change
 * @param pairedAboveZero counted in the percent change
 * @param responder30 improved by at least 30 %
 * @param responder50 improved by at least 50 %
 * @param responderMcid reached the trial's threshold
 */
public record Standing(
        boolean paired, boolean pairedAboveZero, boolean responder30, boolean responder50, boolean responderMcid) {

    public static Standing of(Observation observation, Scoring scoring) {
        return new Standing(
                scoring.hasBaseline() && Scoring.isPaired(observation),
                scoring.readsPercentChange() && Scoring.isPairedAboveZero(observation),
                reaches(Threshold.thirtyPercent(scoring), observation),
                reaches(Threshold.fiftyPercent(scoring), observation),
                reaches(Threshold.mcid(scoring), observation));
    }

    private static boolean reaches(@Nullable Threshold threshold, Observation observation) {
        return threshold != null && threshold.isReachedBy(observation);
    }
}

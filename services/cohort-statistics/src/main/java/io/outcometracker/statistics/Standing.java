package io.outcometracker.statistics;

import java.util.HashMap;
import java.util.Map;
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

    /** How many participants have each standing. */
    public static Map<Standing, Long> counts(CohortTally tally, Scoring scoring) {
        Threshold thirty = Threshold.thirtyPercent(scoring);
        Threshold fifty = Threshold.fiftyPercent(scoring);
        Threshold mcid = Threshold.mcid(scoring);
        Map<Standing, Long> counts = new HashMap<>();
        tally.counts().forEach((observation, count) -> {
            Standing standing = new Standing(
                    scoring.hasBaseline() && Scoring.isPaired(observation),
                    scoring.readsPercentChange() && Scoring.isPairedAboveZero(observation),
                    reaches(thirty, observation),
                    reaches(fifty, observation),
                    reaches(mcid, observation));
            counts.merge(standing, count, Long::sum);
        });
        return counts;
    }

    private static boolean reaches(@Nullable Threshold threshold, Observation observation) {
        return threshold != null && threshold.isReachedBy(observation);
    }
}

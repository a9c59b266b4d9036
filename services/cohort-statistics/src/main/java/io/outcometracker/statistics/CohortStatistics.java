package io.outcometracker.statistics;

import org.jspecify.annotations.Nullable;

/**
 * What a cohort's tally says, in units of the instrument. It is determined by the tally bit for bit, whatever the order
 * of the additions and retractions that led to it.
 *
 * @param change value minus baseline of the participants who have both; null for an instrument without baseline
 * @param percentChange each participant's change in percent of a baseline above zero; null where it means nothing
 * @param nBaselineZero participants with both values whose baseline is not above zero, so that they have no percent change
 * @param responders30 improved by at least 30 % of a baseline above zero; null where percent change means nothing
 * @param responders50 improved by at least 50 % of a baseline above zero; null where percent change means nothing
 * @param respondersMcid reached the trial's threshold; null when there is none or the instrument cannot be read by it
 */
public record CohortStatistics(
        Distribution value,
        @Nullable Distribution change,
        @Nullable Distribution percentChange,
        long nBaselineZero,
        @Nullable Responders responders30,
        @Nullable Responders responders50,
        @Nullable Responders respondersMcid) {

    /**
     * Computes them from the counts alone.
     *
     * @param nonResponderDenominator the cohort's participants but for those without a value whose visit is not due or
     *     whose window is still open
     * @throws IllegalArgumentException when the denominator is smaller than the number of participants with a value
     */
    public static CohortStatistics of(CohortTally tally, Scoring scoring, long nonResponderDenominator) {
        if (nonResponderDenominator < tally.n()) {
            throw new IllegalArgumentException("nonResponderDenominator must count every participant with a value");
        }
        boolean percent = scoring.readsPercentChange();
        return new CohortStatistics(
                Distribution.of(scoring.values(tally)),
                scoring.hasBaseline() ? Distribution.of(scoring.changes(tally)) : null,
                percent ? Distribution.of(scoring.percentChanges(tally)) : null,
                percent ? tally.count(Scoring::isPaired) - tally.count(Scoring::isPairedAboveZero) : 0,
                responders(Threshold.thirtyPercent(scoring), tally, nonResponderDenominator),
                responders(Threshold.fiftyPercent(scoring), tally, nonResponderDenominator),
                responders(Threshold.mcid(scoring), tally, nonResponderDenominator));
    }

    private static @Nullable Responders responders(
            @Nullable Threshold threshold, CohortTally tally, long nonResponderDenominator) {
        return threshold == null ? null : Responders.of(tally, threshold, nonResponderDenominator);
    }
}

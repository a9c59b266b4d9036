package io.outcometracker.statistics;

import java.math.BigDecimal;
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

    private static final BigDecimal THIRTY = BigDecimal.valueOf(30);
    private static final BigDecimal FIFTY = BigDecimal.valueOf(50);

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
                percent ? percentResponders(THIRTY, tally, scoring, nonResponderDenominator) : null,
                percent ? percentResponders(FIFTY, tally, scoring, nonResponderDenominator) : null,
                mcidResponders(tally, scoring, nonResponderDenominator));
    }

    private static Responders percentResponders(
            BigDecimal percent, CohortTally tally, Scoring scoring, long denominator) {
        return Responders.of(
                tally,
                Scoring::isPairedAboveZero,
                observation -> scoring.improvedByPercent(observation, percent),
                denominator);
    }

    private static @Nullable Responders mcidResponders(CohortTally tally, Scoring scoring, long denominator) {
        Mcid mcid = scoring.mcid();
        if (mcid == null) {
            return null;
        }
        BigDecimal threshold = mcid.value();
        return switch (mcid.kind()) {
            case ABSOLUTE ->
                scoring.hasBaseline()
                        ? Responders.of(
                                tally,
                                Scoring::isPaired,
                                observation -> scoring.improvedBy(observation, threshold),
                                denominator)
                        : null;
            case PERCENT ->
                scoring.readsPercentChange() ? percentResponders(threshold, tally, scoring, denominator) : null;
            case VALUE_AT_MOST ->
                Responders.of(
                        tally,
                        observation -> true,
                        observation -> scoring.isAtMost(observation, threshold),
                        denominator);
        };
    }
}

package io.outcometracker.statistics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One arm against control at one visit, on everything that an instrument measures. It tells the arms apart: unblinded
 * material.
 *
 * @param change null for an instrument without baseline, and at the baseline visit
 * @param ancova null for an instrument without baseline, and at the baseline visit
 */
public record ArmComparison(
        MeanDifference value,
        @Nullable MeanDifference change,
        @Nullable Ancova ancova) {

    /**
     * Compares each arm with control. The slope of the analysis of covariance is that of all arms together.
     *
     * @param arms the tallies of all arms of the trial; an arm that is missing has no observations
     * @return a comparison for each of the arms but control, in their order
     * @throws ArithmeticException when the arms hold more than {@link Long#MAX_VALUE} participants together
     */
    public static <A> Map<A, ArmComparison> against(A control, Map<A, CohortTally> arms, Scoring scoring) {
        CohortTally controlTally = arms.getOrDefault(control, new CohortTally());
        CommonSlope model = CommonSlope.of(arms.values().stream()
                .map(tally -> PairSums.of(tally, scoring.decimals()))
                .toList());
        Map<A, ArmComparison> comparisons = new LinkedHashMap<>();
        arms.forEach((arm, tally) -> {
            if (!arm.equals(control)) {
                comparisons.put(arm, of(model, tally, controlTally, scoring));
            }
        });
        return comparisons;
    }

    private static ArmComparison of(CommonSlope model, CohortTally active, CohortTally control, Scoring scoring) {
        MeanDifference value =
                MeanDifference.of(Moments.of(scoring.values(active)), Moments.of(scoring.values(control)));
        if (!scoring.hasBaseline()) {
            return new ArmComparison(value, null, null);
        }
        return new ArmComparison(
                value,
                MeanDifference.of(Moments.of(scoring.changes(active)), Moments.of(scoring.changes(control))),
                Ancova.of(model, PairSums.of(active, scoring.decimals()), PairSums.of(control, scoring.decimals())));
    }
}

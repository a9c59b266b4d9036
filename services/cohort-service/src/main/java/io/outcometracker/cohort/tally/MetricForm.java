package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.ShownFigures.Layer;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.CohortMetric.Undefined;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.UndefinedReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the statistics of a cohort, as far as they are shown, into the form in which they are published. */
final class MetricForm {
    private static final String SMALL_CELL = "SMALL_CELL";

    /**
     * One arm against control, as far as it is shown.
     *
     * @param change whether both arms show theirs
     * @param ancova whether all arms show theirs
     */
    record Comparison(
            String control,
            io.outcometracker.statistics.ArmComparison figures,
            boolean value,
            boolean change,
            boolean ancova,
            boolean pValues) {}

    private final Cohort cohort;
    private final CohortStatistics statistics;
    private final ShownFigures shown;
    private final List<String> withheld = new ArrayList<>();

    private MetricForm(Cohort cohort, CohortStatistics statistics, ShownFigures shown) {
        this.cohort = cohort;
        this.statistics = statistics;
        this.shown = shown;
    }

    static CohortMetric suppressed(Endpoint endpoint, Cohort cohort, Instant asOf, int protocolVersion) {
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                null,
                null,
                null,
                null,
                null,
                true,
                SMALL_CELL,
                asOf,
                protocolVersion);
    }

    static CohortMetric fill(
            Endpoint endpoint,
            Cohort cohort,
            CohortStatistics statistics,
            long nOutsideLimits,
            io.outcometracker.statistics.@Nullable GeometricMean geometricMean,
            @Nullable Comparison comparison,
            @Nullable Counts completeness,
            ShownFigures shown,
            Instant asOf,
            int protocolVersion) {
        MetricForm form = new MetricForm(cohort, statistics, shown);
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                form.value(),
                form.change(),
                form.percentChange(),
                form.nBaselineZero(),
                form.responders(),
                form.unlessWithheld(Layer.OUTSIDE_LIMITS, "nOutsideLimits", nOutsideLimits),
                geometricMean(geometricMean),
                form.versusControl(comparison),
                completeness,
                false,
                null,
                form.withheld,
                null,
                asOf,
                protocolVersion);
    }

    private <T> @Nullable T unlessWithheld(Layer layer, String path, T figure) {
        return unlessWithheld(shown.shows(layer, cohort), path, figure);
    }

    private <T> @Nullable T unlessWithheld(boolean isShown, String path, T figure) {
        if (!isShown) {
            withheld.add(path);
            return null;
        }
        return figure;
    }

    /** At least their number. */
    private Distribution value() {
        Distribution value = distribution(statistics.value());
        if (value.n() == 0 || shown.shows(Layer.SCORES, cohort)) {
            return value;
        }
        withheld.addAll(List.of("mean", "sd", "se", "ci", "median", "q1", "q3", "min", "max"));
        return new Distribution(value.n(), null, null, null, null, null, null, null, null, null, null);
    }

    private @Nullable Distribution change() {
        return statistics.change() == null
                ? null
                : unlessWithheld(Layer.CHANGE, "change", distribution(statistics.change()));
    }

    private @Nullable Distribution percentChange() {
        return statistics.percentChange() == null
                ? null
                : unlessWithheld(Layer.PERCENT_CHANGE, "percentChange", distribution(statistics.percentChange()));
    }

    private @Nullable Long nBaselineZero() {
        return statistics.percentChange() == null
                ? null
                : unlessWithheld(Layer.PERCENT_CHANGE, "nBaselineZero", statistics.nBaselineZero());
    }

    private @Nullable Responders responders() {
        ResponderRate thirtyPercent = rate(Layer.RESPONDERS_30, "responders.30", statistics.responders30());
        ResponderRate fiftyPercent = rate(Layer.RESPONDERS_50, "responders.50", statistics.responders50());
        ResponderRate mcid = rate(Layer.RESPONDERS_MCID, "responders.mcid", statistics.respondersMcid());
        return thirtyPercent == null && fiftyPercent == null && mcid == null
                ? null
                : new Responders(thirtyPercent, fiftyPercent, mcid);
    }

    private @Nullable ResponderRate rate(
            Layer layer, String path, io.outcometracker.statistics.@Nullable Responders it) {
        Proportion observed = it == null ? null : unlessWithheld(layer, path, proportion(it.observed()));
        return it == null || observed == null
                ? null
                : new ResponderRate(
                        observed, unlessWithheld(Layer.DENOMINATOR, path + ".imputed", proportion(it.imputed())));
    }

    private @Nullable ArmComparison versusControl(@Nullable Comparison comparison) {
        if (comparison == null) {
            return null;
        }
        io.outcometracker.statistics.ArmComparison figures = comparison.figures;
        if (!comparison.value) {
            withheld.add("versusControl");
            return null;
        }
        boolean scores = shown.shows(Layer.SCORES, cohort);
        return new ArmComparison(
                comparison.control,
                unlessWithheld(scores, "versusControl.value", difference(figures.value(), comparison.pValues)),
                figures.change() == null
                        ? null
                        : unlessWithheld(
                                comparison.change,
                                "versusControl.change",
                                difference(figures.change(), comparison.pValues)),
                figures.ancova() == null
                        ? null
                        : unlessWithheld(
                                // Adjusted means and changes together give the scores.
                                comparison.ancova && scores,
                                "versusControl.ancova",
                                ancova(figures.ancova(), comparison.pValues)));
    }

    private static Distribution distribution(io.outcometracker.statistics.Distribution it) {
        return new Distribution(
                it.n(),
                it.mean(),
                it.sd(),
                it.se(),
                interval(it.ci()),
                it.median(),
                it.q1(),
                it.q3(),
                it.min(),
                it.max(),
                undefined(it.undefined()));
    }

    private static @Nullable GeometricMean geometricMean(io.outcometracker.statistics.@Nullable GeometricMean it) {
        return it == null ? null : new GeometricMean(it.n(), it.mean(), interval(it.ci()), undefined(it.undefined()));
    }

    private static MeanDifference difference(io.outcometracker.statistics.MeanDifference it, boolean pValues) {
        return new MeanDifference(
                it.nActive(),
                it.nControl(),
                it.difference(),
                it.se(),
                it.df(),
                it.t(),
                pValues ? it.p() : null,
                interval(it.ci()),
                hedgesG(it.effectSize()),
                undefined(it.undefined()));
    }

    private static @Nullable HedgesG hedgesG(io.outcometracker.statistics.@Nullable HedgesG it) {
        return it == null
                ? null
                : new HedgesG(it.g(), it.se(), interval(it.ci()), it.pooledSd(), it.d(), it.correction());
    }

    private static Ancova ancova(io.outcometracker.statistics.Ancova it, boolean pValues) {
        return new Ancova(
                it.nActive(),
                it.nControl(),
                it.slope(),
                it.difference(),
                it.se(),
                it.df(),
                it.t(),
                pValues ? it.p() : null,
                interval(it.ci()),
                it.adjustedMeanActive(),
                it.adjustedMeanControl(),
                undefined(it.undefined()));
    }

    private static @Nullable Interval interval(io.outcometracker.statistics.@Nullable Interval it) {
        return it == null ? null : new Interval(it.low(), it.high());
    }

    private static Proportion proportion(io.outcometracker.statistics.Proportion it) {
        return new Proportion(it.k(), it.n(), it.rate(), interval(it.ci()));
    }

    private static @Nullable Undefined undefined(@Nullable UndefinedReason reason) {
        if (reason == null) {
            return null;
        }
        return switch (reason) {
            case TOO_FEW -> Undefined.TOO_FEW;
            case ZERO_VARIANCE -> Undefined.ZERO_VARIANCE;
            case EQUAL_BASELINES -> Undefined.EQUAL_BASELINES;
            case NOT_POSITIVE -> Undefined.NOT_POSITIVE;
        };
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.outcometracker.contract.Completeness.Counts;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything published about one cohort at one endpoint. Value of {@code outcomes.cohort-metrics.v1}, {@code
 * outcomes.cohort-metrics-unblinded.v1} and {@code outcomes.cohort-metrics-public.v1}. A number that is not defined (too
 * few participants, say) is absent. Numbers are unrounded; confidence intervals are at 95 %.
 *
 * @param value the scores themselves; its fields stand at the top level of the JSON; absent where suppressed. Of a visit
 *     after baseline an audience from whom small groups are hidden is told n alone, and the change
 * @param change score minus baseline of those who have both; absent without baseline
 * @param percentChange change in percent of each participant's own baseline
 * @param nBaselineZero how many pairs have no percent change because their baseline is not above 0
 * @param nOutsideLimits how many were reported as below or above a limit of detection; received, but in no other number
 * @param geometricMean of the scores; absent unless the instrument is read on a logarithmic scale
 * @param versusControl of an arm other than control; absent for other cohorts, and without a control arm
 * @param completeness of the endpoint, for the unblinded audience; others find theirs on {@code outcomes.completeness.v1}
 * @param suppressed whether the cohort is too small to be shown to this audience; if so, it has no number at all
 * @param reason why it is suppressed
 * @param withheld paths of what is not shown to this audience since it would tell of too few participants; absent if none
 * @param upTo of a view that is released in batches: by input topic, the offset in each partition up to which (exclusive)
 *     messages are in it; absent where the view is live
 * @param asOf when it was computed, UTC
 */
public record CohortMetric(
        String trial,
        String visit,
        String instrument,
        Cohort cohort,
        @JsonUnwrapped @Nullable Distribution value,
        @Nullable Distribution change,
        @Nullable Distribution percentChange,
        @Nullable Long nBaselineZero,
        @Nullable Responders responders,
        @Nullable Long nOutsideLimits,
        @Nullable GeometricMean geometricMean,
        @Nullable ArmComparison versusControl,
        @Nullable Counts completeness,
        boolean suppressed,
        @Nullable String reason,
        @Nullable List<String> withheld,
        @Nullable Map<String, List<Long>> upTo,
        Instant asOf,
        int protocolVersion) {

    /** Why a number that belongs here is absent. */
    public enum Undefined {
        /** Fewer participants than the numbers need. */
        TOO_FEW,
        /** Nothing varies, so there is no scale to measure a difference on. */
        ZERO_VARIANCE,
        /** Within each arm all baselines are equal, so there is no slope to adjust by. */
        EQUAL_BASELINES,
        /** A score is zero or below and has no logarithm. */
        NOT_POSITIVE
    }

    /**
     * Location and spread of a set of numbers; quartiles are R's type 2.
     *
     * @param undefined why numbers are absent
     */
    public record Distribution(
            @JsonSetter(nulls = Nulls.AS_EMPTY) long n, // a suppressed metric has none
            @Nullable Double mean,
            @Nullable Double sd,
            @Nullable Double se,
            @Nullable Interval ci,
            @Nullable Double median,
            @Nullable Double q1,
            @Nullable Double q3,
            @Nullable Double min,
            @Nullable Double max,
            @Nullable Undefined undefined) {
        /** Without a reason where n tells it: one participant has no spread, nobody has no mean. */
        public Distribution(
                long n,
                @Nullable Double mean,
                @Nullable Double sd,
                @Nullable Double se,
                @Nullable Interval ci,
                @Nullable Double median,
                @Nullable Double q1,
                @Nullable Double q3,
                @Nullable Double min,
                @Nullable Double max) {
            this(n, mean, sd, se, ci, median, q1, q3, min, max, n < 2 ? Undefined.TOO_FEW : null);
        }

        public Distribution {
            Numbers.requireCounts("n", n);
            if (n == 0 && Stream.of(mean, sd, se, ci, median, q1, q3, min, max).anyMatch(Objects::nonNull)) {
                throw new IllegalArgumentException("where n is 0, no other number is defined");
            }
            Numbers.requireFinite(mean, median, q1, q3, min, max);
            Numbers.requireNotNegative("sd and se", sd, se);
        }
    }

    /** Written as {@code [low, high]}. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"low", "high"})
    public record Interval(
            @JsonProperty(required = true) double low,
            @JsonProperty(required = true) double high) {
        public Interval {
            Numbers.requireFinite(low, high);
            if (low > high) {
                throw new IllegalArgumentException("low must not exceed high");
            }
        }
    }

    /** Who improved by at least 30 %, 50 %, or what matters to a patient; absent where it has no meaning. */
    public record Responders(
            @JsonProperty("30") @Nullable ResponderRate thirtyPercent,
            @JsonProperty("50") @Nullable ResponderRate fiftyPercent,
            @Nullable ResponderRate mcid) {}

    /**
     * @param observed among those with a score (and a baseline where one is needed)
     * @param imputed among all whose score was due, a missing one counting as no response; absent where it is withheld
     */
    public record ResponderRate(
            Proportion observed, @Nullable Proportion imputed) {
        public ResponderRate {
            requireNonNull(observed, "observed");
        }
    }

    /** {@code k} of {@code n} with Wilson's interval. */
    public record Proportion(
            long k, long n, @Nullable Double rate, @Nullable Interval ci) {
        public Proportion {
            if (k < 0 || k > n) {
                throw new IllegalArgumentException("0 <= k <= n must hold");
            }
            Numbers.requireRatio("rate", rate);
        }
    }

    /**
     * Mean on the logarithmic scale, with its interval, both back in the instrument's unit.
     *
     * @param undefined why numbers are absent
     */
    public record GeometricMean(
            long n,
            @Nullable Double mean,
            @Nullable Interval ci,
            @Nullable Undefined undefined) {
        public GeometricMean {
            Numbers.requireCounts("n", n);
            Numbers.requireFinite(mean);
        }
    }

    /**
     * The cohort's arm against control, arm minus control. Descriptive: nothing is adjusted for repeated looks.
     *
     * @param control code of the control arm
     * @param value of the scores themselves; absent where it is withheld
     * @param change absent without baseline
     * @param ancova the score adjusted for the baseline; absent without baseline
     */
    public record ArmComparison(
            String control,
            @Nullable MeanDifference value,
            @Nullable MeanDifference change,
            @Nullable Ancova ancova) {
        public ArmComparison {
            Code.require(control, "versusControl.control");
        }
    }

    /**
     * Difference of means by Welch's t test.
     *
     * @param nActive participants of the cohort's arm
     * @param nControl participants of the control arm
     * @param p two-sided; absent unless the protocol wants it and the audience is unblinded
     * @param undefined why numbers are absent
     */
    public record MeanDifference(
            long nActive,
            long nControl,
            @Nullable Double difference,
            @Nullable Double se,
            @Nullable Double df,
            @Nullable Double t,
            @Nullable Double p,
            @Nullable Interval ci,
            @Nullable HedgesG hedgesG,
            @Nullable Undefined undefined) {
        public MeanDifference {
            Numbers.requireCounts("nActive and nControl", nActive, nControl);
            Numbers.requireFinite(difference, t);
            Numbers.requireNotNegative("se and df", se, df);
            Numbers.requireRatio("p", p);
        }
    }

    /**
     * Standardised difference of means: Hedges' g with the variance of Borenstein.
     *
     * @param d before the correction for small samples (Cohen)
     * @param correction the factor J from d to g
     */
    public record HedgesG(double g, double se, @Nullable Interval ci, double pooledSd, double d, double correction) {
        public HedgesG {
            Numbers.requireFinite(g, d, correction);
            Numbers.requireNotNegative("se and pooledSd", se, pooledSd);
        }
    }

    /**
     * Difference of arms adjusted for the baseline by analysis of covariance, with one slope for all arms.
     *
     * @param nActive participants of the cohort's arm who have a baseline
     * @param nControl participants of the control arm who have a baseline
     * @param p two-sided; absent unless the protocol wants it and the audience is unblinded
     * @param adjustedMeanActive at the mean baseline of all arms
     * @param adjustedMeanControl at the mean baseline of all arms
     * @param undefined why numbers are absent
     */
    public record Ancova(
            long nActive,
            long nControl,
            @Nullable Double slope,
            @Nullable Double difference,
            @Nullable Double se,
            @Nullable Long df,
            @Nullable Double t,
            @Nullable Double p,
            @Nullable Interval ci,
            @Nullable Double adjustedMeanActive,
            @Nullable Double adjustedMeanControl,
            @Nullable Undefined undefined) {
        public Ancova {
            Numbers.requireCounts("nActive and nControl", nActive, nControl);
            Numbers.requireFinite(slope, difference, t, adjustedMeanActive, adjustedMeanControl);
            Numbers.requireNotNegative("se", se);
            Numbers.requireRatio("p", p);
        }
    }

    /** Of a live view, with what every cohort has. */
    public CohortMetric(
            String trial,
            String visit,
            String instrument,
            Cohort cohort,
            @Nullable Distribution value,
            @Nullable Distribution change,
            @Nullable Distribution percentChange,
            @Nullable Long nBaselineZero,
            @Nullable Responders responders,
            boolean suppressed,
            @Nullable String reason,
            Instant asOf,
            int protocolVersion) {
        this(
                trial,
                visit,
                instrument,
                cohort,
                value,
                change,
                percentChange,
                nBaselineZero,
                responders,
                null,
                null,
                null,
                null,
                suppressed,
                reason,
                null,
                null,
                asOf,
                protocolVersion);
    }

    public CohortMetric {
        new Endpoint(trial, visit, instrument);
        requireNonNull(cohort, "cohort");
        requireNonNull(asOf, "asOf");
        if (protocolVersion < 1) {
            throw new IllegalArgumentException("protocolVersion must be 1 or more");
        }
        if (Stream.of(nBaselineZero, nOutsideLimits).anyMatch(it -> it != null && it < 0)) {
            throw new IllegalArgumentException("nBaselineZero and nOutsideLimits must be 0 or more");
        }
        withheld = withheld == null || withheld.isEmpty() ? null : Protocol.copy(withheld, "withheld");
        upTo = upTo == null ? null : sorted(upTo);
        if (suppressed) {
            boolean counted = value != null && (value.n > 0 || value.undefined != null);
            if (counted
                    || Stream.of(
                                    change,
                                    percentChange,
                                    nBaselineZero,
                                    responders,
                                    nOutsideLimits,
                                    geometricMean,
                                    versusControl,
                                    completeness)
                            .anyMatch(Objects::nonNull)) {
                throw new IllegalArgumentException("a suppressed metric has no number");
            }
            value = null;
        } else {
            requireNonNull(value, "n");
        }
    }

    /** In the same order always, so that the same positions are the same bytes. */
    private static Map<String, List<Long>> sorted(Map<String, List<Long>> upTo) {
        SortedMap<String, List<Long>> sorted = new TreeMap<>();
        upTo.forEach((topic, offsets) -> sorted.put(topic, Protocol.copy(requireNonNull(offsets, "upTo"), "upTo")));
        if (sorted.values().stream().flatMap(List::stream).anyMatch(it -> it < 0)) {
            throw new IllegalArgumentException("upTo: an offset must be 0 or more");
        }
        return Collections.unmodifiableMap(sorted);
    }

    public Endpoint endpoint() {
        return new Endpoint(trial, visit, instrument);
    }

    /** The topic's key: {@code trial|visit|instrument|cohort}. */
    public String key() {
        return key(endpoint(), cohort);
    }

    public CohortMetric withUpTo(Map<String, List<Long>> offsets) {
        return new CohortMetric(
                trial,
                visit,
                instrument,
                cohort,
                value,
                change,
                percentChange,
                nBaselineZero,
                responders,
                nOutsideLimits,
                geometricMean,
                versusControl,
                completeness,
                suppressed,
                reason,
                withheld,
                offsets,
                asOf,
                protocolVersion);
    }

    public static String key(Endpoint endpoint, Cohort cohort) {
        return endpoint.toString() + '|' + cohort;
    }

    /** Without the value of the grouping, which may name an arm, and without numbers. */
    @Override
    public String toString() {
        return "CohortMetric[" + endpoint() + ", by " + cohort.by() + "]";
    }
}

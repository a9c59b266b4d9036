package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything published about one cohort at one endpoint. Value of {@code outcomes.cohort-metrics.v1} and {@code
 * outcomes.cohort-metrics-unblinded.v1}. A number that is not defined (too few participants, say) is absent. Numbers
 * are unrounded; confidence intervals are at 95 %.
 *
 * @param value the scores themselves; its fields stand at the top level of the JSON
 * @param change score minus baseline of those who have both; absent without baseline
 * @param percentChange change in percent of each participant's own baseline
 * @param nBaselineZero how many pairs have no percent change because their baseline is 0
 * @param suppressed whether the cohort is too small to be shown to this audience
 * @param reason why it is suppressed
 * @param asOf when it was computed, UTC
 */
public record CohortMetric(
        String trial,
        String visit,
        String instrument,
        Cohort cohort,
        @JsonUnwrapped Distribution value,
        @Nullable Distribution change,
        @Nullable Distribution percentChange,
        @Nullable Long nBaselineZero,
        @Nullable Responders responders,
        boolean suppressed,
        @Nullable String reason,
        Instant asOf,
        int protocolVersion) {

    /** Location and spread of a set of numbers; quartiles are R's type 2. */
    public record Distribution(
            long n,
            @Nullable Double mean,
            @Nullable Double sd,
            @Nullable Double se,
            @Nullable Interval ci,
            @Nullable Double median,
            @Nullable Double q1,
            @Nullable Double q3,
            @Nullable Double min,
            @Nullable Double max) {}

    /** Written as {@code [low, high]}. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"low", "high"})
    public record Interval(double low, double high) {}

    /** Who improved by at least 30 %, 50 %, or what matters to a patient; absent where it has no meaning. */
    public record Responders(
            @JsonProperty("30") @Nullable ResponderRate thirtyPercent,
            @JsonProperty("50") @Nullable ResponderRate fiftyPercent,
            @Nullable ResponderRate mcid) {}

    /**
     * @param observed among those with a score (and a baseline where one is needed)
     * @param imputed among all whose score was due, a missing one counting as no response
     */
    public record ResponderRate(Proportion observed, Proportion imputed) {}

    /** {@code k} of {@code n} with Wilson's interval. */
    public record Proportion(
            long k, long n, @Nullable Double rate, @Nullable Interval ci) {}

    public CohortMetric {
        new Endpoint(trial, visit, instrument);
        requireNonNull(cohort, "cohort");
        requireNonNull(value, "value");
        requireNonNull(asOf, "asOf");
    }

    public Endpoint endpoint() {
        return new Endpoint(trial, visit, instrument);
    }

    /** The topic's key: {@code trial|visit|instrument|cohort}. */
    public String key() {
        return key(endpoint(), cohort);
    }

    public CohortMetric withAsOf(Instant time) {
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
                suppressed,
                reason,
                time,
                protocolVersion);
    }

    public static String key(Endpoint endpoint, Cohort cohort) {
        return endpoint.toString() + '|' + cohort;
    }
}

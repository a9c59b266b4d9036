package io.outcometracker.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.Topics;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Whom a deployment serves. What an audience may not see is not on the topics that it reads. */
enum Audience {
    @JsonProperty("sponsor")
    SPONSOR,
    /** Sees the arms of masked trials. */
    @JsonProperty("unblinded")
    UNBLINDED,
    /** Everyone. */
    @JsonProperty("public")
    PUBLIC;

    List<Source<?>> sources() {
        return switch (this) {
            case SPONSOR ->
                List.of(
                        new Source<>(Topics.TRIALS, MetricsFold::protocol),
                        new Source<>(Topics.COHORT_METRICS, MetricsFold::metric),
                        new Source<>(Topics.COMPLETENESS, MetricsFold::completeness),
                        new Source<>(Topics.TRIAL_SUMMARIES, MetricsFold::summary));
            case UNBLINDED ->
                List.of(
                        new Source<>(Topics.TRIALS, MetricsFold::protocol),
                        new Source<>(Topics.COHORT_METRICS_UNBLINDED, MetricsFold::metricWithCompleteness),
                        new Source<>(Topics.TRIAL_SUMMARIES_UNBLINDED, MetricsFold::summary));
            case PUBLIC ->
                List.of(
                        new Source<>(Topics.TRIALS, MetricsFold::publicProtocol),
                        new Source<>(Topics.COHORT_METRICS_PUBLIC, MetricsFold::metric));
        };
    }

    /** Who may read all that this audience is shown. */
    Set<Role> readers() {
        return switch (this) {
            case SPONSOR -> EnumSet.of(Role.TRIAL_MANAGER, Role.STATISTICIAN, Role.AUDITOR);
            case UNBLINDED -> EnumSet.of(Role.STATISTICIAN);
            case PUBLIC -> EnumSet.allOf(Role.class);
        };
    }

    /** Who may read how complete the reports are; those who may read no more see their own sites and the whole. */
    Set<Role> readersOfCompleteness() {
        Set<Role> roles = EnumSet.copyOf(readers());
        if (this == SPONSOR) {
            roles.add(Role.SITE);
        }
        return roles;
    }
}

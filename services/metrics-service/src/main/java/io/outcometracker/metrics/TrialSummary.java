package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is to ask for of a trial.
 *
 * @param visits codes, in the order of the plan
 * @param instruments codes, in the order of the plan
 * @param cohorts of which there are metrics
 * @param metrics how many there are
 * @param plan with the labels to the codes; absent until it was read
 */
record TrialSummary(
        String trial,
        @Nullable String title,
        @Nullable Integer protocolVersion,
        Audience audience,
        List<String> visits,
        List<String> instruments,
        List<Cohort> cohorts,
        int metrics,
        @Nullable Protocol plan) {

    static TrialSummary of(TrialView view, Audience audience) {
        Protocol plan = view.protocol();
        List<CohortMetric> metrics = view.metrics();
        return new TrialSummary(
                view.trial(),
                plan == null ? null : plan.title(),
                plan == null ? null : plan.version(),
                audience,
                distinct(
                        plan == null ? Stream.empty() : plan.visits().stream().map(Protocol.Visit::code),
                        metrics.stream().map(CohortMetric::visit)),
                distinct(
                        plan == null
                                ? Stream.empty()
                                : plan.instruments().stream().map(Protocol.Instrument::code),
                        metrics.stream().map(CohortMetric::instrument)),
                metrics.stream()
                        .map(it -> new Place("", "", it.cohort()))
                        .distinct()
                        .sorted(Place.order(plan))
                        .map(Place::cohort)
                        .toList(),
                metrics.size(),
                plan);
    }

    private static List<String> distinct(Stream<String> planned, Stream<String> found) {
        return Stream.concat(planned, found).filter(Objects::nonNull).distinct().toList();
    }
}

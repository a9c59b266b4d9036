package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
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
 * @param cohorts of which there is something
 * @param metrics how many there are
 * @param disclosure what keeps small groups from being seen by this audience; absent if nothing does
 * @param plan with the labels to the codes; absent until it was read
 */
record TrialEntry(
        String trial,
        @Nullable String title,
        @Nullable Integer protocolVersion,
        Audience audience,
        List<String> visits,
        List<String> instruments,
        List<Cohort> cohorts,
        int metrics,
        @Nullable DisclosureRule disclosure,
        @Nullable Protocol plan) {

    static TrialEntry of(TrialView view, Audience audience) {
        Protocol plan = view.protocol();
        List<CohortMetric> metrics = view.metrics();
        List<Cohort> cohorts = Stream.of(
                        metrics.stream().map(CohortMetric::cohort),
                        view.completeness().stream().map(it -> it.cohort()),
                        view.summaries().stream().map(it -> it.cohort()))
                .flatMap(it -> it)
                .distinct()
                .map(Place::ofTrial)
                .sorted(Place.order(plan))
                .map(Place::cohort)
                .toList();
        return new TrialEntry(
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
                cohorts,
                metrics.size(),
                plan == null ? null : disclosure(plan, audience, cohorts),
                plan);
    }

    private static @Nullable DisclosureRule disclosure(Protocol plan, Audience audience, List<Cohort> cohorts) {
        return switch (audience) {
            // That a masked trial was unblinded shows in its arms being there.
            case SPONSOR ->
                plan.sponsorRule(!plan.masked()
                        || cohorts.stream().anyMatch(it -> it.by().equals(Cohort.ARM)));
            case UNBLINDED -> null;
            case PUBLIC -> plan.publicRule().orElse(null);
        };
    }

    private static List<String> distinct(Stream<String> planned, Stream<String> found) {
        return Stream.concat(planned, found).filter(Objects::nonNull).distinct().toList();
    }
}

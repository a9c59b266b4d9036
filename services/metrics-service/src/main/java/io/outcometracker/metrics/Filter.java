package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Query parameters; those that are absent let everything through, and so do all what they are not of. */
record Filter(
        @Nullable String visit,
        @Nullable String instrument,
        @Nullable String by) {
    static Filter of(@Nullable String by) {
        return new Filter(null, null, by);
    }

    List<CohortMetric> metrics(TrialView trial) {
        return trial.metrics().stream().filter(it -> lets(Place.of(it))).toList();
    }

    List<Comparison> comparisons(TrialView trial) {
        return Comparison.of(trial).stream()
                .filter(it -> lets(new Place(it.visit(), it.instrument(), Cohort.arm(it.arm()))))
                .toList();
    }

    List<Completeness> completeness(TrialView trial) {
        return trial.completeness().stream().filter(it -> lets(Place.of(it))).toList();
    }

    List<CohortFlow> flow(TrialView trial) {
        return summaries(trial).map(CohortFlow::of).toList();
    }

    List<CohortAdverseEvents> adverseEvents(TrialView trial) {
        return summaries(trial).map(CohortAdverseEvents::of).toList();
    }

    private Stream<TrialSummary> summaries(TrialView trial) {
        return trial.summaries().stream().filter(it -> lets(Place.of(it)));
    }

    boolean lets(Place place) {
        return (visit == null || place.visit().isEmpty() || visit.equals(place.visit()))
                && (instrument == null || place.instrument().isEmpty() || instrument.equals(place.instrument()))
                && (by == null || by.equals(place.cohort().by()));
    }
}

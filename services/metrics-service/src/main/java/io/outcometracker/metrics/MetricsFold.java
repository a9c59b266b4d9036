package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Folds messages into views: the last message of a key counts, and one without a value removes it. A new view shares
 * every trial that did not change with the view before. Not for use by several threads.
 */
final class MetricsFold {
    private final SortedMap<String, TrialFold> trials = new TreeMap<>();
    private SortedMap<String, TrialView> views = Collections.emptySortedMap();
    private UUID revision = UUID.randomUUID();
    private boolean changed;

    /** @throws IllegalArgumentException if the protocol is not that of the trial */
    void protocol(String trial, @Nullable Protocol protocol) {
        if (protocol != null && !protocol.trial().equals(trial)) {
            throw new IllegalArgumentException("the protocol must be of the trial that is its key");
        }
        change(trial, it -> it.follow(protocol));
    }

    /** @throws IllegalArgumentException if the key is not the metric's, or names no cohort of an endpoint */
    void metric(String key, @Nullable CohortMetric metric) {
        if (metric != null && !metric.key().equals(key)) {
            throw new IllegalArgumentException("the key must be that of the metric");
        }
        String[] parts = key.split("\\|", 4);
        if (parts.length < 4) {
            throw new IllegalArgumentException("the key of a metric reads trial|visit|instrument|cohort");
        }
        Endpoint endpoint = new Endpoint(parts[0], parts[1], parts[2]);
        Cohort cohort = Cohort.parse(parts[3]);
        change(endpoint.trial(), it -> it.put(new Place(endpoint.visit(), endpoint.instrument(), cohort), metric));
    }

    private void change(String trial, Consumer<TrialFold> how) {
        TrialFold fold = trials.computeIfAbsent(trial, TrialFold::new);
        how.accept(fold);
        if (fold.isEmpty()) {
            trials.remove(trial);
        }
        changed = true;
    }

    MetricsView view(Instant completeAsOf) {
        if (changed) {
            SortedMap<String, TrialView> current = new TreeMap<>();
            trials.forEach((code, fold) -> current.put(code, fold.view()));
            views = Collections.unmodifiableSortedMap(current);
            revision = UUID.randomUUID();
            changed = false;
        }
        return new MetricsView(views, revision, completeAsOf);
    }

    private static final class TrialFold {
        private final String trial;
        private @Nullable Protocol protocol;
        private SortedMap<Place, CohortMetric> metrics = new TreeMap<>(Place.order(null));
        private @Nullable TrialView view;

        TrialFold(String trial) {
            this.trial = trial;
        }

        void follow(@Nullable Protocol newProtocol) {
            protocol = newProtocol;
            SortedMap<Place, CohortMetric> reordered = new TreeMap<>(Place.order(newProtocol));
            reordered.putAll(metrics);
            metrics = reordered;
            view = null;
        }

        void put(Place place, @Nullable CohortMetric metric) {
            if (metric == null) {
                metrics.remove(place);
            } else {
                metrics.put(place, metric);
            }
            view = null;
        }

        boolean isEmpty() {
            return protocol == null && metrics.isEmpty();
        }

        TrialView view() {
            if (view == null) {
                view = new TrialView(trial, protocol, List.copyOf(metrics.values()), UUID.randomUUID());
            }
            return view;
        }
    }
}

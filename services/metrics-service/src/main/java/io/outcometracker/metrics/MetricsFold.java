package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Folds messages into views: the last message of a key counts, and one without a value removes it. A new view shares
 * every trial that did not change with the view before. Not for use by several threads.
 *
 * <p>Each method throws {@link IllegalArgumentException} if the key is not that of the value, or none of its topic.
 */
final class MetricsFold {
    private final SortedMap<String, TrialFold> trials = new TreeMap<>();
    private SortedMap<String, TrialView> views = Collections.emptySortedMap();
    private UUID revision = UUID.randomUUID();
    private boolean changed;

    void protocol(String trial, @Nullable Protocol protocol) {
        requireKey(trial, protocol, Protocol::trial);
        change(trial, it -> it.follow(protocol));
    }

    /** Of a trial that publishes nothing to everyone, everyone does not even learn that it is there. */
    void publicProtocol(String trial, @Nullable Protocol protocol) {
        requireKey(trial, protocol, Protocol::trial);
        protocol(trial, protocol == null || protocol.publicRule().isEmpty() ? null : protocol);
    }

    void metric(String key, @Nullable CohortMetric metric) {
        requireKey(key, metric, CohortMetric::key);
        String[] parts = parts(key, 4, "trial|visit|instrument|cohort");
        Place place = place(parts);
        change(parts[0], it -> it.metrics.put(place, metric));
    }

    void completeness(String key, @Nullable Completeness completeness) {
        requireKey(key, completeness, Completeness::key);
        String[] parts = parts(key, 4, "trial|visit|instrument|cohort");
        Place place = place(parts);
        change(parts[0], it -> it.completeness.put(place, completeness));
    }

    /** A metric that brings the completeness of its cohort along, for an audience without a topic of its own for it. */
    void metricWithCompleteness(String key, @Nullable CohortMetric metric) {
        metric(key, metric);
        completeness(key, metric == null ? null : completenessOf(metric));
    }

    private static @Nullable Completeness completenessOf(CohortMetric metric) {
        Completeness.Counts counts = metric.completeness();
        return counts == null
                ? null
                : new Completeness(
                        metric.trial(),
                        metric.visit(),
                        metric.instrument(),
                        metric.cohort(),
                        counts,
                        metric.asOf(),
                        metric.protocolVersion());
    }

    void summary(String key, @Nullable TrialSummary summary) {
        requireKey(key, summary, TrialSummary::key);
        String[] parts = parts(key, 2, "trial|cohort");
        Place place = Place.ofTrial(Cohort.parse(parts[1]));
        change(parts[0], it -> it.summaries.put(place, summary));
    }

    private static <V> void requireKey(String key, @Nullable V value, Function<V, String> keyOf) {
        if (value != null && !keyOf.apply(value).equals(key)) {
            throw new IllegalArgumentException("the key must be that of the value");
        }
    }

    private static String[] parts(String key, int count, String rule) {
        String[] parts = key.split("\\|", count);
        if (parts.length < count) {
            throw new IllegalArgumentException("the key reads " + rule);
        }
        return parts;
    }

    private static Place place(String[] parts) {
        Endpoint endpoint = new Endpoint(parts[0], parts[1], parts[2]);
        return new Place(endpoint.visit(), endpoint.instrument(), Cohort.parse(parts[3]));
    }

    private void change(String trial, Consumer<TrialFold> how) {
        TrialFold fold = trials.computeIfAbsent(trial, TrialFold::new);
        how.accept(fold);
        fold.view = null;
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
        private final Shelf<CohortMetric> metrics = new Shelf<>();
        private final Shelf<Completeness> completeness = new Shelf<>();
        private final Shelf<TrialSummary> summaries = new Shelf<>();
        private @Nullable TrialView view;

        TrialFold(String trial) {
            this.trial = trial;
        }

        void follow(@Nullable Protocol newProtocol) {
            protocol = newProtocol;
            Comparator<Place> order = Place.order(newProtocol);
            metrics.sort(order);
            completeness.sort(order);
            summaries.sort(order);
        }

        boolean isEmpty() {
            return protocol == null && metrics.isEmpty() && completeness.isEmpty() && summaries.isEmpty();
        }

        TrialView view() {
            if (view == null) {
                view = new TrialView(
                        trial,
                        protocol,
                        metrics.values(),
                        completeness.values(),
                        summaries.values(),
                        UUID.randomUUID());
            }
            return view;
        }
    }

    /** What stands at the places of a trial. */
    private static final class Shelf<V> {
        private SortedMap<Place, V> values = new TreeMap<>(Place.order(null));

        void put(Place place, @Nullable V value) {
            if (value == null) {
                values.remove(place);
            } else {
                values.put(place, value);
            }
        }

        void sort(Comparator<Place> order) {
            SortedMap<Place, V> sorted = new TreeMap<>(order);
            sorted.putAll(values);
            values = sorted;
        }

        boolean isEmpty() {
            return values.isEmpty();
        }

        List<V> values() {
            return List.copyOf(values.values());
        }
    }
}

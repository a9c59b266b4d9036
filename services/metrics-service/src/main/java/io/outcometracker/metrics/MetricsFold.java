package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.Change.Kind;
import io.outcometracker.metrics.Change.Message;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
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
    private Message message = new Message(0, 0);
    private Progress progress = Progress.NONE;
    private boolean changed;

    /** What is folded from here on is of this message. */
    void at(Message next) {
        message = next;
    }

    /** Views from here on have all that was read up to there. */
    void reached(Progress now) {
        progress = now;
    }

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
        change(parts[0], it -> it.metrics.put(place, metric, message));
    }

    void completeness(String key, @Nullable Completeness completeness) {
        requireKey(key, completeness, Completeness::key);
        String[] parts = parts(key, 4, "trial|visit|instrument|cohort");
        Place place = place(parts);
        change(parts[0], it -> it.completeness.put(place, completeness, message));
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
        change(parts[0], it -> it.summaries.put(place, summary, message));
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
        if (fold.isForgotten()) {
            trials.remove(trial);
        }
        changed = true;
    }

    MetricsView view(Instant completeAsOf) {
        if (changed) {
            SortedMap<String, TrialView> current = new TreeMap<>();
            trials.forEach((code, fold) -> {
                if (!fold.isEmpty()) {
                    current.put(code, fold.view());
                }
            });
            views = Collections.unmodifiableSortedMap(current);
            revision = UUID.randomUUID();
            changed = false;
        }
        return new MetricsView(views, revision, completeAsOf, progress);
    }

    private static final class TrialFold {
        private final String trial;
        private @Nullable Protocol protocol;
        private final Shelf<CohortMetric> metrics = new Shelf<>(Kind.METRIC);
        private final Shelf<Completeness> completeness = new Shelf<>(Kind.COMPLETENESS);
        private final Shelf<TrialSummary> summaries = new Shelf<>(Kind.SUMMARY);
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

        /** Not even what was taken away is known, which somebody may still have to be told. */
        boolean isForgotten() {
            return isEmpty() && Stream.of(metrics, completeness, summaries).allMatch(it -> it.changes.isEmpty());
        }

        TrialView view() {
            if (view == null) {
                view = new TrialView(
                        trial,
                        protocol,
                        metrics.values(),
                        completeness.values(),
                        summaries.values(),
                        Stream.of(metrics, completeness, summaries)
                                .flatMap(Shelf::changes)
                                .toList(),
                        UUID.randomUUID());
            }
            return view;
        }
    }

    /** What stands at the places of a trial, and where something stood. */
    private static final class Shelf<V> {
        private final Kind kind;
        private SortedMap<Place, Change<V>> changes = new TreeMap<>(Place.order(null));

        Shelf(Kind kind) {
            this.kind = kind;
        }

        void put(Place place, @Nullable V value, Message message) {
            changes.put(place, new Change<>(kind, place, value, message));
        }

        void sort(Comparator<Place> order) {
            SortedMap<Place, Change<V>> sorted = new TreeMap<>(order);
            sorted.putAll(changes);
            changes = sorted;
        }

        boolean isEmpty() {
            return changes.values().stream().allMatch(it -> it.value() == null);
        }

        Stream<Change<V>> changes() {
            return changes.values().stream();
        }

        List<V> values() {
            return changes().map(Change::value).filter(Objects::nonNull).toList();
        }
    }
}

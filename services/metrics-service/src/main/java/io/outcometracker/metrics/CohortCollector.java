package io.outcometracker.metrics;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.metrics.MetricsView.TrialView;
import io.outcometracker.metrics.SeriesCatalogue.Reading;
import io.outcometracker.metrics.SeriesCatalogue.Series;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the cohorts to Prometheus, each scrape from one view. Gauges registered one by one could not: they would be read
 * one by one, while the view changes.
 */
final class CohortCollector implements MultiCollector {
    private final CurrentView view;
    private final Clock clock;

    CohortCollector(CurrentView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        Scrape scrape = new Scrape();
        view.get().ifPresent(current -> {
            scrape.add(SeriesCatalogue.VIEW_AGE, Labels.EMPTY, age(current));
            for (TrialView trial : current.trials().values()) {
                trial.metrics().stream().filter(it -> !it.suppressed()).forEach(scrape::add);
            }
        });
        return scrape.snapshots();
    }

    private double age(MetricsView current) {
        return Duration.between(current.completeAsOf(), clock.instant()).toMillis() / 1000.0;
    }

    /** The data points of one scrape. */
    private static final class Scrape {
        private static final String[] COHORT_LABELS = SeriesCatalogue.COHORT_LABELS.toArray(String[]::new);
        private static final String[] RESPONDER_LABELS = SeriesCatalogue.RESPONDER_LABELS.toArray(String[]::new);

        private final Map<Series, List<GaugeDataPointSnapshot>> points = new LinkedHashMap<>();

        void add(CohortMetric metric) {
            String by = metric.cohort().by();
            String cohort = Objects.requireNonNullElse(metric.cohort().value(), by);
            String[] values = {metric.trial(), metric.visit(), metric.instrument(), by, cohort};
            Labels labels = Labels.of(COHORT_LABELS, values);
            add(SeriesCatalogue.SCORES, labels, metric.value());
            add(SeriesCatalogue.CHANGES, labels, metric.change());
            Responders responders = metric.responders();
            if (responders != null) {
                add(values, "30", responders.thirtyPercent());
                add(values, "50", responders.fiftyPercent());
                add(values, "mcid", responders.mcid());
            }
        }

        private void add(String[] cohort, String threshold, @Nullable ResponderRate rate) {
            if (rate != null) {
                add(cohort, threshold, "observed", rate.observed());
                add(cohort, threshold, "imputed", rate.imputed());
            }
        }

        private void add(String[] cohort, String threshold, String denominator, @Nullable Proportion proportion) {
            String[] values = {cohort[0], cohort[1], cohort[2], cohort[3], cohort[4], threshold, denominator};
            add(SeriesCatalogue.RESPONDERS, Labels.of(RESPONDER_LABELS, values), proportion);
        }

        private <T> void add(List<Reading<T>> readings, Labels labels, @Nullable T from) {
            if (from != null) {
                readings.forEach(it -> add(it.series(), labels, it.number().apply(from)));
            }
        }

        void add(Series series, Labels labels, @Nullable Number value) {
            if (value != null) {
                points.computeIfAbsent(series, it -> new ArrayList<>())
                        .add(new GaugeDataPointSnapshot(value.doubleValue(), labels, null));
            }
        }

        MetricSnapshots snapshots() {
            MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
            points.forEach((series, data) -> snapshots.metricSnapshot(
                    new GaugeSnapshot(new MetricMetadata(series.name(), series.help()), data)));
            return snapshots.build();
        }
    }
}

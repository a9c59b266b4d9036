package io.outcometracker.metrics;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import io.outcometracker.metrics.SeriesCatalogue.Reading;
import io.outcometracker.metrics.SeriesCatalogue.Series;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the trials to Prometheus, each scrape from one view. Gauges registered one by one could not: they would be read
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
            scrape.add(SeriesCatalogue.VIEW_AGE, age(current));
            current.trials().values().forEach(scrape::add);
        });
        return scrape.snapshots();
    }

    private double age(MetricsView current) {
        return Duration.between(current.completeAsOf(), clock.instant()).toMillis() / 1000.0;
    }

    /** The data points of one scrape. */
    private static final class Scrape {
        private final Map<Series, List<GaugeDataPointSnapshot>> numbers = new LinkedHashMap<>();
        private final Map<Series, List<InfoDataPointSnapshot>> texts = new LinkedHashMap<>();

        void add(TrialView trial) {
            if (trial.protocol() != null) {
                add(trial.protocol());
            }
            Map<Endpoint, Hidden> hidden = new LinkedHashMap<>();
            for (CohortMetric metric : trial.metrics()) {
                hidden.merge(metric.endpoint(), Hidden.of(metric), Hidden::and);
                if (!metric.suppressed()) {
                    add(metric);
                }
            }
            hidden.forEach((endpoint, its) -> {
                add(SeriesCatalogue.SUPPRESSED, its.cohorts, values(endpoint));
                add(SeriesCatalogue.WITHHELD, its.figures, values(endpoint));
            });
            trial.completeness().forEach(this::add);
            trial.summaries().forEach(this::add);
        }

        /** What is not shown of an endpoint since it would tell of too few participants. */
        private record Hidden(int cohorts, int figures) {
            static Hidden of(CohortMetric metric) {
                List<String> withheld = metric.withheld();
                return new Hidden(metric.suppressed() ? 1 : 0, withheld == null ? 0 : withheld.size());
            }

            Hidden and(Hidden other) {
                return new Hidden(cohorts + other.cohorts, figures + other.figures);
            }
        }

        private void add(Protocol plan) {
            String trial = plan.trial();
            add(SeriesCatalogue.TRIAL, trial, requireNonNullElse(plan.title(), trial), Boolean.toString(plan.masked()));
            add(SeriesCatalogue.PROTOCOL_VERSION, plan.version(), trial);
            for (Protocol.Visit visit : plan.visits()) {
                String label = requireNonNullElse(visit.label(), visit.code());
                add(SeriesCatalogue.VISIT_DAY, visit.day(), trial, visit.code(), label);
            }
            for (Protocol.Instrument instrument : plan.instruments()) {
                add(
                        SeriesCatalogue.INSTRUMENT,
                        trial,
                        instrument.code(),
                        requireNonNullElse(instrument.label(), instrument.code()),
                        requireNonNullElse(instrument.unit(), ""),
                        instrument.higherIsWorse() ? "lower" : "higher");
            }
        }

        private void add(CohortMetric metric) {
            String[] cohort = values(metric.endpoint(), metric.cohort());
            add(SeriesCatalogue.SCORES, metric.value(), cohort);
            add(SeriesCatalogue.CHANGES, metric.change(), cohort);
            Responders responders = metric.responders();
            if (responders != null) {
                add(responders.thirtyPercent(), cohort, "30");
                add(responders.fiftyPercent(), cohort, "50");
                add(responders.mcid(), cohort, "mcid");
            }
            ArmComparison comparison = metric.versusControl();
            if (comparison != null) {
                add(comparison.value(), cohort, comparison.control(), "score");
                add(comparison.change(), cohort, comparison.control(), "change");
                add(
                        SeriesCatalogue.ADJUSTED_DIFFERENCES,
                        comparison.ancova(),
                        and(cohort, comparison.control(), "adjusted"));
            }
        }

        private void add(@Nullable ResponderRate rate, String[] cohort, String threshold) {
            if (rate != null) {
                add(SeriesCatalogue.RESPONDERS, rate.observed(), and(cohort, threshold, "observed"));
                add(SeriesCatalogue.RESPONDERS, rate.imputed(), and(cohort, threshold, "imputed"));
            }
        }

        private void add(@Nullable MeanDifference difference, String[] cohort, String control, String estimate) {
            String[] values = and(cohort, control, estimate);
            add(SeriesCatalogue.DIFFERENCES, difference, values);
            if (difference != null) {
                add(SeriesCatalogue.STANDARDISED_DIFFERENCES, difference.hedgesG(), values);
            }
        }

        private void add(Completeness completeness) {
            String[] cohort = values(completeness.endpoint(), completeness.cohort());
            add(SeriesCatalogue.COMPLETENESS, completeness.counts(), cohort);
        }

        private void add(TrialSummary summary) {
            String[] cohort = {summary.trial(), summary.cohort().by(), value(summary.cohort())};
            add(SeriesCatalogue.FLOW, summary.flow(), cohort);
            add(SeriesCatalogue.ADVERSE_EVENTS, summary.adverseEvents(), cohort);
        }

        private static String[] values(Endpoint endpoint, Cohort cohort) {
            return and(values(endpoint), cohort.by(), value(cohort));
        }

        private static String[] values(Endpoint endpoint) {
            return new String[] {endpoint.trial(), endpoint.visit(), endpoint.instrument()};
        }

        private static String value(Cohort cohort) {
            return requireNonNullElse(cohort.value(), cohort.by());
        }

        private static String[] and(String[] values, String first, String second) {
            String[] more = Arrays.copyOf(values, values.length + 2);
            more[values.length] = first;
            more[values.length + 1] = second;
            return more;
        }

        /** @param values of the labels of the readings, which all have the same */
        private <T> void add(List<Reading<T>> readings, @Nullable T from, String... values) {
            if (from != null) {
                Labels labels = labels(readings.get(0).series(), values);
                readings.forEach(it -> add(it.series(), labels, it.number().apply(from)));
            }
        }

        void add(Series series, Number number, String... values) {
            add(series, labels(series, values), number);
        }

        private void add(Series series, Labels labels, @Nullable Number number) {
            if (number != null) {
                numbers.computeIfAbsent(series, it -> new ArrayList<>())
                        .add(new GaugeDataPointSnapshot(number.doubleValue(), labels, null));
            }
        }

        private void add(Series series, String... values) {
            texts.computeIfAbsent(series, it -> new ArrayList<>())
                    .add(new InfoDataPointSnapshot(labels(series, values)));
        }

        private static Labels labels(Series series, String... values) {
            return Labels.of(series.labels().toArray(String[]::new), values);
        }

        MetricSnapshots snapshots() {
            MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
            numbers.forEach((series, data) -> snapshots.metricSnapshot(
                    new GaugeSnapshot(new MetricMetadata(series.name(), series.help()), data)));
            // Its writers add the ending.
            texts.forEach((series, data) -> snapshots.metricSnapshot(new InfoSnapshot(
                    new MetricMetadata(series.name().replaceFirst("_info$", ""), series.help()), data)));
            return snapshots.build();
        }
    }
}

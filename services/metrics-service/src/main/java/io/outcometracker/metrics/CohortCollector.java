package io.outcometracker.metrics;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the trials to Prometheus, each scrape from one view. Gauges registered one by one could not: they would be read
 * one by one, while the view changes.
 */
final class CohortCollector implements MultiCollector {
    private static final Threshold THIRTY_PERCENT = Threshold.of("30");
    private static final Threshold FIFTY_PERCENT = Threshold.of("50");
    private static final Threshold MCID = Threshold.of("mcid");

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
        private final Table<Distribution> scores = new Table<>(SeriesCatalogue.SCORES);
        private final Table<Distribution> changes = new Table<>(SeriesCatalogue.CHANGES);
        private final Table<Proportion> responders = new Table<>(SeriesCatalogue.RESPONDERS);
        private final Table<MeanDifference> differences = new Table<>(SeriesCatalogue.DIFFERENCES);
        private final Table<Ancova> adjusted = new Table<>(SeriesCatalogue.ADJUSTED_DIFFERENCES);
        private final Table<HedgesG> standardised = new Table<>(SeriesCatalogue.STANDARDISED_DIFFERENCES);
        private final Table<Counts> completeness = new Table<>(SeriesCatalogue.COMPLETENESS);
        private final Table<Flow> flow = new Table<>(SeriesCatalogue.FLOW);
        private final Table<AdverseEvents> adverseEvents = new Table<>(SeriesCatalogue.ADVERSE_EVENTS);

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
            Labels cohort = labels(SeriesCatalogue.SCORES, values(metric.endpoint(), metric.cohort()));
            scores.add(metric.value(), cohort);
            changes.add(metric.change(), cohort);
            Responders its = metric.responders();
            if (its != null) {
                THIRTY_PERCENT.add(its.thirtyPercent(), cohort, responders);
                FIFTY_PERCENT.add(its.fiftyPercent(), cohort, responders);
                MCID.add(its.mcid(), cohort, responders);
            }
            ArmComparison comparison = metric.versusControl();
            if (comparison != null) {
                add(comparison.value(), cohort, comparison.control(), "score");
                add(comparison.change(), cohort, comparison.control(), "change");
                adjusted.add(
                        comparison.ancova(),
                        cohort.merge(
                                lastLabels(SeriesCatalogue.ADJUSTED_DIFFERENCES, comparison.control(), "adjusted")));
            }
        }

        private void add(@Nullable MeanDifference difference, Labels cohort, String control, String estimate) {
            if (difference != null) {
                Labels labels = cohort.merge(lastLabels(SeriesCatalogue.DIFFERENCES, control, estimate));
                differences.add(difference, labels);
                standardised.add(difference.hedgesG(), labels);
            }
        }

        private void add(Completeness its) {
            completeness.add(its.counts(), labels(SeriesCatalogue.COMPLETENESS, values(its.endpoint(), its.cohort())));
        }

        private void add(TrialSummary summary) {
            Labels cohort = labels(
                    SeriesCatalogue.FLOW, summary.trial(), summary.cohort().by(), value(summary.cohort()));
            flow.add(summary.flow(), cohort);
            adverseEvents.add(summary.adverseEvents(), cohort);
        }

        private static String[] values(Endpoint endpoint, Cohort cohort) {
            return new String[] {endpoint.trial(), endpoint.visit(), endpoint.instrument(), cohort.by(), value(cohort)};
        }

        private static String[] values(Endpoint endpoint) {
            return new String[] {endpoint.trial(), endpoint.visit(), endpoint.instrument()};
        }

        private static String value(Cohort cohort) {
            return requireNonNullElse(cohort.value(), cohort.by());
        }

        void add(Series series, Number number, String... values) {
            points(series, 1).add(new GaugeDataPointSnapshot(number.doubleValue(), labels(series, values), null));
        }

        private List<GaugeDataPointSnapshot> points(Series series, int expected) {
            return numbers.computeIfAbsent(series, it -> new ArrayList<>(expected));
        }

        private void add(Series series, String... values) {
            texts.computeIfAbsent(series, it -> new ArrayList<>())
                    .add(new InfoDataPointSnapshot(labels(series, values)));
        }

        MetricSnapshots snapshots() {
            List.of(scores, changes, responders, differences, adjusted, standardised, completeness, flow, adverseEvents)
                    .forEach(this::add);
            MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
            numbers.forEach((series, data) -> snapshots.metricSnapshot(
                    new GaugeSnapshot(new MetricMetadata(series.name(), series.help()), data)));
            // Its writers add the ending.
            texts.forEach((series, data) -> snapshots.metricSnapshot(new InfoSnapshot(
                    new MetricMetadata(series.name().replaceFirst("_info$", ""), series.help()), data)));
            return snapshots.build();
        }

        private <T> void add(Table<T> table) {
            table.rows.sort(comparing(Row::labels));
            for (Reading<T> reading : table.readings) {
                List<GaugeDataPointSnapshot> points = points(reading.series(), table.rows.size());
                for (Row<T> row : table.rows) {
                    Number number = reading.number().apply(row.from());
                    if (number != null) {
                        points.add(new GaugeDataPointSnapshot(number.doubleValue(), row.labels(), null));
                    }
                }
            }
        }
    }

    /**
     * What is read of many cohorts alike. Its rows are put in order once: each series would have to be by itself, and finds that it
     * is already.
     *
     * @param readings whose series all have the same labels
     */
    private record Table<T>(List<Reading<T>> readings, List<Row<T>> rows) {
        Table(List<Reading<T>> readings) {
            this(readings, new ArrayList<>());
        }

        void add(@Nullable T from, Labels labels) {
            if (from != null) {
                rows.add(new Row<>(labels, from));
            }
        }
    }

    /** @param labels of all that is read from it */
    private record Row<T>(Labels labels, T from) {}

    /** Of responders by one threshold, what tells their series from those of others; the same for all cohorts, so made once. */
    private record Threshold(Labels observed, Labels imputed) {
        static Threshold of(String threshold) {
            return new Threshold(
                    lastLabels(SeriesCatalogue.RESPONDERS, threshold, "observed"),
                    lastLabels(SeriesCatalogue.RESPONDERS, threshold, "imputed"));
        }

        void add(@Nullable ResponderRate rate, Labels cohort, Table<Proportion> responders) {
            if (rate != null) {
                responders.add(rate.observed(), cohort.merge(observed));
                responders.add(rate.imputed(), cohort.merge(imputed));
            }
        }
    }

    private static Labels labels(List<? extends Reading<?>> readings, String... values) {
        return labels(readings.get(0).series(), values);
    }

    private static Labels labels(Series series, String... values) {
        return Labels.of(series.labels().toArray(String[]::new), values);
    }

    /** Those that come after the cohort's. */
    private static Labels lastLabels(List<? extends Reading<?>> readings, String... values) {
        List<String> all = readings.get(0).series().labels();
        return Labels.of(all.subList(all.size() - values.length, all.size()), List.of(values));
    }
}

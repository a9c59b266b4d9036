package io.outcometracker.metrics;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.testkit.Scrape;
import io.outcometracker.testkit.Scrape.Family;
import io.outcometracker.testkit.Scrape.Sample;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * More than 20,000 series, of which cohorts change all the time, at least a thousand from one scrape to the next, and each
 * change is shown at once. The cohorts change in turn, and all figures of a cohort tell the number of its last change: so
 * the highest number in a scrape says what each of its rows must be, if all are of one view.
 */
class ScrapeUnderChangeTest {
    private static final int SCRAPES = 6;
    private static final int CHANGES_BETWEEN = 1000;
    private static final double MOST = 1e9;
    private static final List<Row> ROWS = rows();

    private final AtomicReference<@Nullable MetricsView> view = new AtomicReference<>();
    private final AtomicLong changes = new AtomicLong();
    private final MetricsFold fold = new MetricsFold();
    private final PrometheusRegistry registry = new PrometheusRegistry();

    /** A cohort at an endpoint. */
    private record Row(Endpoint endpoint, Cohort cohort) {
        Map<String, String> labels() {
            return new TreeMap<>(Map.of(
                    "trial", endpoint.trial(),
                    "visit", endpoint.visit(),
                    "instrument", endpoint.instrument(),
                    "by", cohort.by(),
                    "cohort", Objects.requireNonNullElse(cohort.value(), "all")));
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        List<Cohort> cohorts =
                List.of(Cohort.ALL, Cohort.arm("ACT"), Cohort.arm("SHAM"), Cohort.site("GRAZ"), Cohort.site("LUND"));
        for (String trial : List.of("T1", "T2", "T3", "T4")) {
            for (String visit : List.of("BL", "W4", "M3", "M6", "M12")) {
                for (String instrument : List.of("NRS", "ODI", "PGIC", "SF36")) {
                    Endpoint endpoint = new Endpoint(trial, visit, instrument);
                    cohorts.forEach(it -> rows.add(new Row(endpoint, it)));
                }
            }
        }
        return rows;
    }

    @Test
    void everyScrapeIsOfOneViewHoweverFastTheyChange() throws InterruptedException {
        registry.register(new CohortCollector(() -> Optional.ofNullable(view.get()), Clock.systemUTC()));
        ROWS.forEach(it -> change());
        Thread changing = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                change();
            }
        });
        changing.start();
        try {
            for (int i = 0; i < SCRAPES; i++) {
                long before = changes.get();
                Scrape scrape = Scrape.parse(scrape(
                        i % 2 == 0 ? PrometheusTextFormatWriter.create() : OpenMetricsTextFormatWriter.create()));
                requireOneView(scrape, before, changes.get() + 1);
                await().until(() -> changes.get() >= before + CHANGES_BETWEEN);
            }
        } finally {
            changing.interrupt();
            changing.join();
        }
    }

    /** The next row gets its next figures, and they are shown. */
    private void change() {
        long number = changes.get() + 1;
        Row row = ROWS.get((int) ((number - 1) % ROWS.size()));
        CohortMetric metric = metric(row, number);
        Completeness completeness = completeness(row, number);
        fold.metric(metric.key(), metric);
        fold.completeness(completeness.key(), completeness);
        view.set(fold.view(Instant.EPOCH));
        changes.set(number);
    }

    private static CohortMetric metric(Row row, long number) {
        Interval interval = new Interval(number, number);
        double it = number;
        Distribution distribution = new Distribution(number, it, it, it, interval, it, it, it, it, it);
        double rate = number / MOST;
        Proportion proportion = new Proportion(number, number, rate, new Interval(rate, rate));
        ResponderRate responders = new ResponderRate(proportion, proportion);
        return new CohortMetric(
                row.endpoint.trial(),
                row.endpoint.visit(),
                row.endpoint.instrument(),
                row.cohort,
                distribution,
                distribution,
                null,
                null,
                new Responders(responders, responders, responders),
                false,
                null,
                Instant.EPOCH,
                1);
    }

    private static Completeness completeness(Row row, long number) {
        return new Completeness(
                row.endpoint.trial(),
                row.endpoint.visit(),
                row.endpoint.instrument(),
                row.cohort,
                Counts.of(number, number, number, number, number, number, number, number, number),
                Instant.EPOCH,
                1);
    }

    private String scrape(ExpositionFormatWriter writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void requireOneView(Scrape scrape, long atLeast, long atMost) {
        long last = scrape.family("outcomes_cohort_n").samples().stream()
                .mapToLong(it -> (long) it.value())
                .max()
                .orElseThrow();
        assertThat(last).as("number of the last change in it").isBetween(atLeast, atMost);
        Map<Map<String, String>, Long> expected = IntStream.range(0, ROWS.size())
                .boxed()
                .collect(toMap(it -> ROWS.get(it).labels(), it -> last - Math.floorMod(last - 1 - it, ROWS.size())));
        int series = 0;
        for (Map.Entry<String, Family> family : scrape.families().entrySet()) {
            List<Sample> samples = family.getValue().samples();
            if (family.getKey().matches("outcomes_(cohort_|completeness_(?!ratio)).*")) {
                series += samples.size();
                requireRows(family.getKey(), samples, expected);
            }
        }
        assertThat(series).isGreaterThan(20_000);
    }

    private static void requireRows(String name, List<Sample> samples, Map<Map<String, String>, Long> expected) {
        assertThat(samples)
                .as(name)
                .hasSize(expected.size() * (name.startsWith("outcomes_cohort_responders_") ? 6 : 1));
        assertThat(new HashSet<>(samples.stream().map(Sample::labels).toList()))
                .as("rows of " + name)
                .hasSize(samples.size());
        assertThat(samples).as(name).filteredOn(it -> !isOf(expected, name, it)).isEmpty();
    }

    private static boolean isOf(Map<Map<String, String>, Long> expected, String name, Sample sample) {
        Map<String, String> row = new TreeMap<>(sample.labels());
        row.keySet().removeAll(List.of("threshold", "denominator"));
        return Objects.equals(expected.get(row), number(name, sample.value()));
    }

    /** Which change the figure tells of. */
    private static long number(String name, double value) {
        double number = switch (name) {
            case "outcomes_cohort_responders_ratio",
                    "outcomes_cohort_responders_ratio_ci_low",
                    "outcomes_cohort_responders_ratio_ci_high" -> value * MOST;
            case "outcomes_completeness_received", "outcomes_completeness_missing" -> value / 3;
            case "outcomes_completeness_expected" -> value / 6;
            case "outcomes_completeness_randomised" -> value / 9;
            default -> value;
        };
        return Math.round(number);
    }
}

package io.outcometracker.metrics;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CohortCollectorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final AtomicReference<@Nullable MetricsView> view = new AtomicReference<>();
    private final PrometheusRegistry registry = new PrometheusRegistry();

    CohortCollectorTest() {
        registry.register(new CohortCollector(
                () -> Optional.ofNullable(view.get()), Clock.fixed(NOW.plusMillis(2_500), ZoneOffset.UTC)));
    }

    @Test
    void writesWhatIsKnownOfACohort() {
        view.set(viewOf(SampleMetric.full("T1", "M6", "NRS", Cohort.arm("SHAM"))));

        String labels = "{by=\"arm\",cohort=\"SHAM\",instrument=\"NRS\",trial=\"T1\",visit=\"M6\"}";
        String of30Observed =
                "{by=\"arm\",cohort=\"SHAM\",denominator=\"observed\",instrument=\"NRS\",threshold=\"30\",trial=\"T1\",visit=\"M6\"}";
        String ofMcidImputed =
                "{by=\"arm\",cohort=\"SHAM\",denominator=\"imputed\",instrument=\"NRS\",threshold=\"mcid\",trial=\"T1\",visit=\"M6\"}";
        assertThat(scrape())
                .contains(
                        "outcomes_cohort_n" + labels + " 24.0",
                        "outcomes_cohort_mean" + labels + " 4.5",
                        "outcomes_cohort_sd" + labels + " 1.25",
                        "outcomes_cohort_ci_low" + labels + " 3.97",
                        "outcomes_cohort_ci_high" + labels + " 5.03",
                        "outcomes_cohort_median" + labels + " 4.0",
                        "outcomes_cohort_q1" + labels + " 3.5",
                        "outcomes_cohort_q3" + labels + " 6.0",
                        "outcomes_cohort_min" + labels + " 1.0",
                        "outcomes_cohort_max" + labels + " 9.0",
                        "outcomes_cohort_change_n" + labels + " 20.0",
                        "outcomes_cohort_change_mean" + labels + " -2.15",
                        "outcomes_cohort_change_sd" + labels + " 1.5",
                        "outcomes_cohort_change_ci_low" + labels + " -2.85",
                        "outcomes_cohort_change_ci_high" + labels + " -1.45",
                        "outcomes_cohort_change_median" + labels + " -2.0",
                        "outcomes_cohort_responders" + of30Observed + " 0.5263157894736842",
                        "outcomes_cohort_responders_ci_low" + of30Observed + " 0.317",
                        "outcomes_cohort_responders_ci_high" + of30Observed + " 0.727",
                        "outcomes_cohort_responders_k" + of30Observed + " 10.0",
                        "outcomes_cohort_responders_n" + of30Observed + " 19.0",
                        "outcomes_cohort_responders" + ofMcidImputed + " 0.43333333333333335",
                        "outcomes_cohort_responders_n" + ofMcidImputed + " 30.0");
    }

    @Test
    void givesTheWholeTrialTheCohortAll() {
        view.set(viewOf(SampleMetric.full("T1", "M6", "NRS", Cohort.ALL)));

        assertThat(scrape())
                .contains(
                        "outcomes_cohort_n{by=\"all\",cohort=\"all\",instrument=\"NRS\",trial=\"T1\",visit=\"M6\"} 24.0");
    }

    @Test
    void leavesOutWhatIsNotDefined() {
        view.set(viewOf(SampleMetric.empty("T1", "M6", "NRS", Cohort.ALL)));

        assertThat(names(scrape()))
                .containsExactlyInAnyOrder(
                        "outcomes_cohort_n",
                        "outcomes_cohort_change_n",
                        "outcomes_cohort_responders_k",
                        "outcomes_cohort_responders_n",
                        "outcomes_metrics_view_age_seconds");
    }

    @Test
    void leavesOutACohortThatIsTooSmallToBeShown() {
        view.set(viewOf(SampleMetric.suppressed("T1", "M6", "NRS", Cohort.arm("SHAM"), "fewer than 5")));

        assertThat(names(scrape())).containsExactly("outcomes_metrics_view_age_seconds");
    }

    @Test
    void tellsTheAgeOfTheView() {
        view.set(viewOf());

        assertThat(scrape()).contains("outcomes_metrics_view_age_seconds 2.5");
    }

    @Test
    void hasNothingBeforeThereIsAView() {
        assertThat(scrape()).isEmpty();
    }

    @Test
    void quotesWhatAStratumMayHold() {
        view.set(viewOf(SampleMetric.full("T1", "M6", "NRS", new Cohort("cellSource", "a \"b\" \\ c\nd"))));

        assertThat(scrape())
                .anyMatch(it -> it.startsWith("outcomes_cohort_n{by=\"cellSource\",cohort=\"a \\\"b\\\" \\\\ c\\nd\""));
    }

    @Test
    void usesTheNamesOfTheCatalogue() {
        view.set(viewOf(SampleMetric.full("T1", "M6", "NRS", Cohort.ALL)));

        Set<String> gauges = SeriesCatalogue.all().stream()
                .map(SeriesCatalogue.Series::name)
                .filter(it -> !it.endsWith("_total"))
                .collect(toSet());
        assertThat(names(scrape())).isEqualTo(gauges);
    }

    @Test
    void neverMixesTwoViewsInAScrape() throws InterruptedException {
        MetricsView ones = viewOfTrials(1);
        MetricsView twos = viewOfTrials(2);
        view.set(ones);
        Thread changing = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                view.set(twos);
                view.set(ones);
            }
        });
        changing.start();
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(scrape().stream()
                                .filter(it -> it.startsWith("outcomes_cohort_mean"))
                                .map(it -> it.substring(it.lastIndexOf(' ') + 1))
                                .collect(toSet()))
                        .hasSize(1);
            }
        } finally {
            changing.interrupt();
            changing.join();
        }
    }

    private static MetricsView viewOfTrials(double mean) {
        MetricsFold fold = new MetricsFold();
        for (String trial : List.of("T1", "T2", "T3")) {
            for (String visit : List.of("BL", "M6", "M12")) {
                CohortMetric metric = SampleMetric.of(trial, visit, "NRS", Cohort.ALL, 3, mean);
                fold.metric(metric.key(), metric);
            }
        }
        return fold.view(NOW);
    }

    private static MetricsView viewOf(CohortMetric... metrics) {
        MetricsFold fold = new MetricsFold();
        for (CohortMetric metric : metrics) {
            fold.metric(metric.key(), metric);
        }
        return fold.view(NOW);
    }

    private static Set<String> names(List<String> scrape) {
        return scrape.stream().map(it -> it.split("[{ ]")[0]).collect(Collectors.toSet());
    }

    /** The lines of a scrape but for its comments. */
    private List<String> scrape() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(it -> !it.startsWith("#"))
                .toList();
    }
}

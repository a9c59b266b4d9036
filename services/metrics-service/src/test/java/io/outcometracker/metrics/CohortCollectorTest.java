package io.outcometracker.metrics;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.PrometheusCatalogue;
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
                        "outcomes_cohort_responders_ratio" + of30Observed + " 0.5263157894736842",
                        "outcomes_cohort_responders_ratio_ci_low" + of30Observed + " 0.317",
                        "outcomes_cohort_responders_ratio_ci_high" + of30Observed + " 0.727",
                        "outcomes_cohort_responders_k" + of30Observed + " 10.0",
                        "outcomes_cohort_responders_n" + of30Observed + " 19.0",
                        "outcomes_cohort_responders_ratio" + ofMcidImputed + " 0.43333333333333335",
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
                        "outcomes_cohorts_suppressed",
                        "outcomes_figures_withheld",
                        "outcomes_metrics_view_age_seconds");
    }

    @Test
    void leavesOutACohortThatIsTooSmallToBeShownAndCountsIt() {
        view.set(viewOf(
                SampleMetric.suppressed("T1", "M6", "NRS", Cohort.arm("SHAM"), "fewer than 5"),
                SampleMetric.suppressed("T1", "M6", "NRS", Cohort.arm("ACT"), "fewer than 5"),
                SampleMetric.full("T1", "M12", "NRS", Cohort.ALL)));

        assertThat(scrape())
                .filteredOn(it -> it.contains("SHAM") || it.contains("ACT"))
                .isEmpty();
        assertThat(scrape())
                .contains(
                        "outcomes_cohorts_suppressed{instrument=\"NRS\",trial=\"T1\",visit=\"M6\"} 2.0",
                        "outcomes_cohorts_suppressed{instrument=\"NRS\",trial=\"T1\",visit=\"M12\"} 0.0",
                        "outcomes_figures_withheld{instrument=\"NRS\",trial=\"T1\",visit=\"M6\"} 0.0");
    }

    @Test
    void countsTheFiguresThatAreWithheldOfCohortsThatAreShown() {
        CohortMetric metric = SampleMetric.everything("T1", "M6", "NRS", Cohort.ALL);
        assertThat(metric.withheld()).hasSize(2);
        view.set(viewOf(metric));

        assertThat(scrape()).contains("outcomes_figures_withheld{instrument=\"NRS\",trial=\"T1\",visit=\"M6\"} 2.0");
    }

    @Test
    void comparesAnArmWithControlByScoreChangeAndAdjustedForTheBaseline() {
        view.set(viewOf(SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("ACT"))));

        String labels =
                "{by=\"arm\",cohort=\"ACT\",estimate=\"%s\",instrument=\"NRS\",trial=\"T1\",versus=\"SHAM\",visit=\"M6\"}";
        String score = labels.formatted("score");
        String change = labels.formatted("change");
        String adjusted = labels.formatted("adjusted");
        assertThat(scrape())
                .contains(
                        "outcomes_difference_mean" + score + " -0.94",
                        "outcomes_difference_ci_low" + score + " -1.77",
                        "outcomes_difference_ci_high" + score + " -0.11",
                        "outcomes_difference_n" + score + " 24.0",
                        "outcomes_difference_control_n" + score + " 22.0",
                        "outcomes_difference_hedges_g" + score + " -0.664",
                        "outcomes_difference_hedges_g_ci_low" + score + " -1.248",
                        "outcomes_difference_hedges_g_ci_high" + score + " -0.08",
                        "outcomes_difference_mean" + change + " -1.35",
                        "outcomes_difference_hedges_g" + change + " -0.955",
                        "outcomes_difference_mean" + adjusted + " -1.28",
                        "outcomes_difference_ci_low" + adjusted + " -2.011",
                        "outcomes_difference_ci_high" + adjusted + " -0.549",
                        "outcomes_difference_n" + adjusted + " 20.0",
                        "outcomes_difference_control_n" + adjusted + " 18.0");
    }

    @Test
    void writesCompletenessFlowAdverseEventsAndThePlan() {
        view.set(viewOfEverything());

        String endpoint = "{by=\"site\",cohort=\"GRAZ\",instrument=\"NRS\",trial=\"T1\",visit=\"M6\"}";
        String trial = "{by=\"all\",cohort=\"all\",trial=\"T1\"}";
        assertThat(scrape())
                .contains(
                        "outcomes_completeness_randomised" + endpoint + " 49.0",
                        "outcomes_completeness_expected" + endpoint + " 38.0",
                        "outcomes_completeness_received" + endpoint + " 24.0",
                        "outcomes_completeness_received_early" + endpoint + " 1.0",
                        "outcomes_completeness_received_late" + endpoint + " 3.0",
                        "outcomes_completeness_missing" + endpoint + " 14.0",
                        "outcomes_completeness_overdue" + endpoint + " 7.0",
                        "outcomes_completeness_missed" + endpoint + " 6.0",
                        "outcomes_completeness_not_done" + endpoint + " 1.0",
                        "outcomes_completeness_due" + endpoint + " 5.0",
                        "outcomes_completeness_not_due" + endpoint + " 4.0",
                        "outcomes_completeness_not_expected" + endpoint + " 2.0",
                        "outcomes_completeness_ratio" + endpoint + " " + 24.0 / 38,
                        "outcomes_flow_assessed" + trial + " 40.0",
                        "outcomes_flow_excluded" + trial + " 6.0",
                        "outcomes_flow_randomised" + trial + " 34.0",
                        "outcomes_flow_treated" + trial + " 32.0",
                        "outcomes_flow_on_study" + trial + " 30.0",
                        "outcomes_flow_off_study" + trial + " 4.0",
                        "outcomes_flow_withdrawn" + trial + " 1.0",
                        "outcomes_adverse_events" + trial + " 12.0",
                        "outcomes_adverse_events_serious" + trial + " 2.0",
                        "outcomes_adverse_events_participants" + trial + " 8.0",
                        "outcomes_adverse_events_serious_participants" + trial + " 1.0",
                        // 150.5 months
                        "outcomes_adverse_events_exposure_seconds" + trial + " 3.957849E8",
                        "outcomes_trial_info{masked=\"false\",title=\"Mesenchymal stromal cells for chronic low back pain\",trial=\"T1\"} 1",
                        "outcomes_trial_protocol_version{trial=\"T1\"} 3.0",
                        "outcomes_visit_day{label=\"Baseline\",trial=\"T1\",visit=\"BL\"} -7.0",
                        "outcomes_instrument_info{better=\"lower\",instrument=\"ODI\",label=\"Oswestry Disability Index\",trial=\"T1\",unit=\"%\"} 1");
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
    void hasEverySeriesOfTheCatalogueThatIsTakenFromAView() {
        view.set(viewOfEverything());

        assertThat(names(scrape()))
                .isEqualTo(PrometheusCatalogue.read().of("metrics-service").stream()
                        .filter(it -> List.of("gauge", "info").contains(it.type()))
                        .map(PrometheusCatalogue.Series::name)
                        .filter(it -> !it.equals(SeriesCatalogue.FRESHNESS.name() + "_max"))
                        .collect(toSet()));
    }

    private static MetricsView viewOfEverything() {
        MetricsFold fold = new MetricsFold();
        CohortMetric metric = SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("ACT"));
        Completeness completeness = SampleMetric.completeness("T1", "M6", "NRS", Cohort.site("GRAZ"));
        TrialSummary summary = SampleMetric.summary("T1", Cohort.ALL);
        fold.protocol("T1", SampleTrial.protocol("T1"));
        fold.metric(metric.key(), metric);
        fold.completeness(completeness.key(), completeness);
        fold.summary(summary.key(), summary);
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

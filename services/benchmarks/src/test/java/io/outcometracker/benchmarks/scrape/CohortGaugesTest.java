package io.outcometracker.benchmarks.scrape;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.outcometracker.contract.CohortMetric.Distribution;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CohortGaugesTest {
    private static final String WHOLE_TRIAL =
            "{by=\"all\",cohort=\"all\",instrument=\"NRS\",trial=\"SIM-CLBP-00\",visit=\"BASELINE\"} ";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CohortGauges gauges = new CohortGauges(registry);
    private final Figures figures = new Figures(1);

    @Test
    void showsWhatWasLastReadOfACohort() {
        change(0);
        change(figures.cohorts());

        Distribution scores = requireNonNull(figures.metric(figures.cohorts()).value());
        long due = figures.completeness(figures.cohorts()).counts().due();
        assertThat(series())
                .contains(
                        "outcomes_cohort_n" + WHOLE_TRIAL + (double) scores.n(),
                        "outcomes_cohort_mean" + WHOLE_TRIAL + scores.mean(),
                        "outcomes_completeness_due" + WHOLE_TRIAL + (double) due);
    }

    @Test
    void hasAsManySeriesAsTheBenchmarkSays() {
        for (int i = 0; i < figures.cohorts(); i++) {
            change(i);
        }

        assertThat(series()).hasSize(10_375);
    }

    /** But for half points and the like, which may be the same again. */
    @Test
    void aChangeIsOneOfMostFigures() {
        change(0);
        Set<String> before = series();

        change(figures.cohorts());

        Set<String> after = series();
        assertThat(after).hasSameSizeAs(before);
        assertThat(after).filteredOn(before::contains).hasSizeLessThan(before.size() / 4);
    }

    private void change(long number) {
        gauges.metric(figures.metric(number));
        gauges.completeness(figures.completeness(number));
    }

    private Set<String> series() {
        return Scrape.ofTrials(registry.scrape());
    }
}

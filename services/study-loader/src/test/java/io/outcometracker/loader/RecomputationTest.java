package io.outcometracker.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.testkit.WorkedExample;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RecomputationTest {
    /** The worked example's names of the figures, and where they stand in a metric. */
    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("n", "/n"),
            Map.entry("mean", "/mean"),
            Map.entry("sd", "/sd"),
            Map.entry("se", "/se"),
            Map.entry("ci_lo", "/ci/0"),
            Map.entry("ci_hi", "/ci/1"),
            Map.entry("min", "/min"),
            Map.entry("max", "/max"),
            Map.entry("q1", "/q1"),
            Map.entry("median", "/median"),
            Map.entry("q3", "/q3"),
            Map.entry("chg_n", "/change/n"),
            Map.entry("chg_mean", "/change/mean"),
            Map.entry("chg_sd", "/change/sd"),
            Map.entry("chg_se", "/change/se"),
            Map.entry("chg_ci_lo", "/change/ci/0"),
            Map.entry("chg_ci_hi", "/change/ci/1"),
            Map.entry("chg_min", "/change/min"),
            Map.entry("chg_max", "/change/max"),
            Map.entry("chg_q1", "/change/q1"),
            Map.entry("chg_median", "/change/median"),
            Map.entry("chg_q3", "/change/q3"),
            Map.entry("pchg_n", "/percentChange/n"),
            Map.entry("pchg_mean", "/percentChange/mean"),
            Map.entry("pchg_median", "/percentChange/median"),
            Map.entry("resp30_oc_k", "/responders/30/observed/k"),
            Map.entry("resp30_oc_n", "/responders/30/observed/n"),
            Map.entry("resp30_oc_lo_pct", "/responders/30/observed/ci/0"),
            Map.entry("resp30_oc_hi_pct", "/responders/30/observed/ci/1"),
            Map.entry("resp30_nri_k", "/responders/30/imputed/k"),
            Map.entry("resp30_nri_n", "/responders/30/imputed/n"),
            Map.entry("resp30_nri_pct", "/responders/30/imputed/rate"),
            Map.entry("resp50_oc_k", "/responders/50/observed/k"),
            Map.entry("resp50_nri_k", "/responders/50/imputed/k"),
            Map.entry("resp50_nri_n", "/responders/50/imputed/n"),
            Map.entry("resp50_nri_hi_pct", "/responders/50/imputed/ci/1"),
            Map.entry("respMCID_oc_k", "/responders/mcid/observed/k"),
            Map.entry("respMCID_oc_n", "/responders/mcid/observed/n"),
            Map.entry("respMCID_nri_n", "/responders/mcid/imputed/n"),
            Map.entry("respMCID_nri_lo_pct", "/responders/mcid/imputed/ci/0"));

    private static final Set<Fate> NEVER_COUNT = Set.of(Fate.CONFLICT, Fate.VERSION_REUSED, Fate.WITHDRAWN);

    @Test
    void findsEveryFigureOfTheWorkedExample() {
        List<CohortMetric> metrics =
                Recomputation.of(workedExample(), LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC));

        int checked = 0;
        for (WorkedExample.Expected expected : WorkedExample.expected()) {
            String path = PATHS.get(expected.metric());
            if (path == null || !Set.of("cohort", "responder").contains(expected.scope())) {
                continue;
            }
            JsonNode figure = Json.MAPPER.valueToTree(metric(metrics, expected)).at(path);
            if (expected.value().isEmpty()) {
                assertThat(figure.isMissingNode()).as(expected.toString()).isTrue();
            } else {
                double scale = expected.metric().endsWith("_pct") ? 100 : 1;
                double value = Double.parseDouble(expected.value());
                assertThat(figure.doubleValue() * scale)
                        .as(expected.toString())
                        .isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value))));
            }
            checked++;
        }
        assertThat(checked).isGreaterThan(500);
    }

    @Test
    void publishesTheWholeTrialEachArmAndEachSiteOfEveryEndpoint() {
        List<CohortMetric> metrics =
                Recomputation.of(workedExample(), LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC));

        assertThat(metrics).hasSize(3 * 2 * 5);
        assertThat(metrics.stream().map(CohortMetric::cohort).distinct())
                .containsExactlyInAnyOrder(
                        Cohort.ALL, Cohort.arm("ACT"), Cohort.arm("PBO"), Cohort.site("S1"), Cohort.site("S2"));
    }

    private static CohortMetric metric(List<CohortMetric> metrics, WorkedExample.Expected expected) {
        Cohort cohort = expected.arm().equals("ALL") ? Cohort.ALL : Cohort.arm(expected.arm());
        return metrics.stream()
                .filter(it -> it.visit().equals(expected.visit())
                        && it.instrument().equals(expected.instrument())
                        && it.cohort().equals(cohort))
                .findFirst()
                .orElseThrow();
    }

    private static Study workedExample() {
        List<EnrolmentRecord> enrolments = WorkedExample.steps().stream()
                .filter(it -> it.enrolment() != null)
                .map(it -> enrolment(it.enrolment()))
                .toList();
        List<FollowUpRecord> followUps = WorkedExample.steps().stream()
                .filter(it -> it.followUp() != null && !NEVER_COUNT.contains(it.expected()))
                .map(it -> followUp(it.followUp()))
                .toList();
        return new Study(WorkedExample.protocol(), false, enrolments, followUps, List.of(), List.of());
    }

    private static EnrolmentRecord enrolment(Enrolment it) {
        return new EnrolmentRecord(
                it.participant(),
                it.version(),
                it.site(),
                it.arm(),
                it.day1(),
                it.strata(),
                it.status(),
                it.offStudyOn(),
                it.offStudyReason());
    }

    private static FollowUpRecord followUp(FollowUp it) {
        return new FollowUpRecord(
                it.recordId(),
                it.version(),
                it.site(),
                it.participant(),
                it.visit(),
                it.instrument(),
                it.value(),
                it.unit(),
                it.comparator(),
                it.assessedOn(),
                it.status(),
                it.reasonForChange(),
                it.notDoneReason());
    }
}

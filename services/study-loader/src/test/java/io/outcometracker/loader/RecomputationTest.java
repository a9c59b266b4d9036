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
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static final LocalDate LONG_AFTER = LocalDate.of(2026, 11, 1);

    @TempDir
    Path folder;

    /** Four participants in two arms: P1 8 to 4, P2 0 to 1, P3 6 to nothing, P4 without baseline to 2. */
    private Study small(String instrument, String enrolments) {
        return new FolderWriter(folder)
                .with("protocol.yml", """
                        version: 1
                        masked: false
                        arms: [{code: A, control: false}, {code: B, control: true}]
                        sites: [S1]
                        groupings: [pain]
                        visits:
                          - {code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true}
                          - {code: M1, day: 31, windowOpen: 21, windowClose: 41}
                        instruments:
                          - {code: NRS, decimals: 0, higherIsWorse: true%s}
                        """.formatted(instrument))
                .with("enrolments.csv", enrolments)
                .withScores(
                        "T1,S1,P1,A,BL,1,NRS,8",
                        "T1,S1,P1,A,M1,31,NRS,4",
                        "T1,S1,P2,A,BL,1,NRS,0",
                        "T1,S1,P2,A,M1,31,NRS,1",
                        "T1,S1,P3,B,BL,1,NRS,6",
                        "T1,S1,P4,B,M1,31,NRS,2")
                .read();
    }

    private static final String ENROLMENTS = """
            participant,site,arm,day1,strata.pain
            P1,S1,A,2025-03-01,high
            P2,S1,A,2025-03-01,low
            P3,S1,B,2025-03-01,high
            P4,S1,B,2025-03-01,low
            """;

    private static CohortMetric at(List<CohortMetric> metrics, String visit, Cohort cohort) {
        return metrics.stream()
                .filter(it -> it.visit().equals(visit) && it.cohort().equals(cohort))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void leavesABaselineOfZeroOutOfPercentages() {
        CohortMetric metric = at(Recomputation.of(small("", ENROLMENTS), LONG_AFTER), "M1", Cohort.ALL);

        assertThat(metric.change().n()).isEqualTo(2);
        assertThat(metric.percentChange().n()).isEqualTo(1);
        assertThat(metric.percentChange().mean()).isEqualTo(-50);
        assertThat(metric.nBaselineZero()).isEqualTo(1);
        assertThat(metric.responders().fiftyPercent().observed().n()).isEqualTo(1);
        assertThat(metric.responders().fiftyPercent().imputed().n()).isEqualTo(4);
        assertThat(metric.responders().mcid()).isNull();
    }

    @Test
    void formsNeitherChangesNorRespondersAtBaseline() {
        CohortMetric metric = at(Recomputation.of(small("", ENROLMENTS), LONG_AFTER), "BL", Cohort.ALL);

        assertThat(metric.value().n()).isEqualTo(3);
        assertThat(metric.change()).isNull();
        assertThat(metric.percentChange()).isNull();
        assertThat(metric.nBaselineZero()).isNull();
        assertThat(metric.responders()).isNull();
    }

    @Test
    void formsNoPercentagesWhereTheyMeanNothing() {
        CohortMetric metric =
                at(Recomputation.of(small(", percentChange: false", ENROLMENTS), LONG_AFTER), "M1", Cohort.ALL);

        assertThat(metric.change().n()).isEqualTo(2);
        assertThat(metric.percentChange()).isNull();
        assertThat(metric.responders().thirtyPercent()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"ABS, 4, 1, 2", "ABS, 5, 0, 2", "ABS, -1, 2, 2", "PCT, 50, 1, 1", "VALUE_AT_MOST, 2, 2, 3"})
    void countsThoseWhoReachWhatMatters(String kind, int threshold, long k, long observed) {
        Study study = small(", mcid: {value: %d, kind: %s, source: here}".formatted(threshold, kind), ENROLMENTS);

        CohortMetric.ResponderRate rate = at(Recomputation.of(study, LONG_AFTER), "M1", Cohort.ALL)
                .responders()
                .mcid();

        assertThat(rate.observed().k()).isEqualTo(k);
        assertThat(rate.observed().n()).isEqualTo(observed);
        assertThat(rate.imputed().n()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "2025-04-11, on-study, , 3",
        "2025-04-12, on-study, , 4",
        "2025-04-10, off-study, 2025-04-11, 4",
        "2025-04-10, off-study, 2025-04-12, 3"
    })
    void imputesNoResponseOnlyOnceTheVisitIsOver(LocalDate today, String status, String offStudyOn, long due) {
        Study study = small("", """
                participant,site,arm,day1,status,offStudyOn,offStudyReason
                P1,S1,A,2025-03-01,,,
                P2,S1,A,2025-03-01,,,
                P3,S1,B,2025-03-02,%s,%s,
                P4,S1,B,2025-03-01,,,
                """.formatted(status, offStudyOn == null ? "" : offStudyOn));

        assertThat(at(Recomputation.of(study, today), "M1", Cohort.ALL)
                        .responders()
                        .fiftyPercent()
                        .imputed()
                        .n())
                .isEqualTo(due);
    }

    @Test
    void formsCohortsByTheStrataOfTheProtocol() {
        List<CohortMetric> metrics = Recomputation.of(small("", ENROLMENTS), LONG_AFTER);

        assertThat(at(metrics, "BL", new Cohort("pain", "high")).value().mean()).isEqualTo(7);
        assertThat(at(metrics, "M1", new Cohort("pain", "low")).value().n()).isEqualTo(2);
    }

    @Test
    void countsNoScoreBelowALimitOfDetection() {
        new FolderWriter(folder).with("follow-ups.csv", """
                        recordId,version,site,participant,visit,instrument,value,comparator,assessedOn,status,reasonForChange
                        P1-M1-NRS,2,S1,P1,M1,NRS,4,<,2025-03-31,amended,below the limit
                        """);

        CohortMetric metric = at(Recomputation.of(small("", ENROLMENTS), LONG_AFTER), "M1", Cohort.ALL);

        assertThat(metric.value().n()).isEqualTo(2);
        assertThat(metric.nOutsideLimits()).isEqualTo(1);
        assertThat(metric.responders().fiftyPercent().imputed().n()).isEqualTo(4);
    }

    @Test
    void formsTheGeometricMeanOfLaboratoryValues() {
        List<CohortMetric> metrics = Recomputation.of(small(", logScale: true", ENROLMENTS), LONG_AFTER);

        CohortMetric.GeometricMean mean = at(metrics, "M1", Cohort.ALL).geometricMean();
        assertThat(mean.n()).isEqualTo(3);
        assertThat(mean.mean()).isCloseTo(2, within(1e-12));
        // Logarithms to base 2 are 2, 0 and 1; t(0.975, 2) is 4.302653.
        assertThat(mean.ci().low()).isCloseTo(2 * Math.pow(2, -4.302653 / Math.sqrt(3)), within(1e-5));
        assertThat(mean.ci().high()).isCloseTo(2 * Math.pow(2, 4.302653 / Math.sqrt(3)), within(1e-5));
    }

    @Test
    void knowsNoGeometricMeanOfZero() {
        List<CohortMetric> metrics = Recomputation.of(small(", logScale: true", ENROLMENTS), LONG_AFTER);

        assertThat(at(metrics, "BL", Cohort.ALL).geometricMean())
                .isEqualTo(new CohortMetric.GeometricMean(3, null, null, CohortMetric.Undefined.NOT_POSITIVE));
    }

    @Test
    void countsNobodyWhoDidNotGetBeyondScreening() {
        Study study = small("", """
                participant,site,arm,day1,status,offStudyReason
                P1,S1,A,2025-03-01,,
                P2,S1,A,2025-03-01,,
                P3,S1,B,2025-03-01,,
                P4,S1,B,2025-03-01,,
                P5,S1,,,excluded,INELIGIBLE
                P6,S1,,,screened,
                """);

        CohortMetric metric = at(Recomputation.of(study, LONG_AFTER), "M1", Cohort.ALL);

        assertThat(metric.responders().fiftyPercent().imputed().n()).isEqualTo(4);
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
        return new Study(WorkedExample.protocol(), false, enrolments, followUps, List.of(), List.of(), List.of());
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

package io.outcometracker.loader;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
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
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RecomputationTest {
    private static final Set<Fate> NEVER_COUNT = Set.of(Fate.CONFLICT, Fate.VERSION_REUSED, Fate.WITHDRAWN);

    @Test
    void findsEveryFigureOfTheWorkedExample() {
        Map<String, JsonNode> metrics =
                Recomputation.of(workedExample(), LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC)).stream()
                        .collect(toMap(CohortMetric::key, Json.MAPPER::valueToTree));

        int checked = 0;
        for (WorkedExample.Expected expected : WorkedExample.expected()) {
            if (expected.pointer() == null || !Set.of("cohort", "responder").contains(expected.scope())) {
                continue;
            }
            assertThat(expected.in(metrics.get(expected.key(WorkedExample.TRIAL))))
                    .as("%s", expected)
                    .isCloseTo(expected.number(), within(1e-9 * Math.max(1, Math.abs(expected.number()))));
            checked++;
        }
        assertThat(checked).isEqualTo(18 * 11 + 12 * 11 + 12 * 3 + 12 * 30);
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

    @Test
    void expectsWhatIsPlannedOfWhichNothingWasReported() {
        Study study = new FolderWriter(folder)
                .with("protocol.yml", """
                        version: 1
                        masked: false
                        sites: [S1]
                        visits:
                          - {code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true, instruments: [NRS]}
                          - {code: M1, day: 31, windowOpen: 21, windowClose: 41}
                        instruments:
                          - {code: NRS, decimals: 0, higherIsWorse: true}
                          - {code: ODI, decimals: 0, higherIsWorse: true}
                        """)
                .withScores("T1,S1,P1,,BL,1,NRS,8")
                .read();

        assertThat(Recomputation.of(study, LONG_AFTER))
                .filteredOn(it -> it.cohort().equals(Cohort.ALL))
                .extracting(
                        CohortMetric::visit,
                        CohortMetric::instrument,
                        it -> Objects.requireNonNull(it.value()).n())
                .containsExactly(tuple("BL", "NRS", 1L), tuple("M1", "NRS", 0L), tuple("M1", "ODI", 0L));
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

package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CsvTest {
    @Test
    void writesOneRowPerCohortAndLeavesUndefinedNumbersEmpty() throws IOException {
        String csv = Csv.ofMetrics(List.of(
                SampleMetric.full("T1", "M6", "NRS", Cohort.ALL),
                SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("BM-MSC")),
                SampleMetric.of("T1", "M6", "NRS", Cohort.arm("SHAM"), 1, -2),
                SampleMetric.empty("T1", "M6", "NRS", new Cohort("cellSource", "a, \"b\" and Ø")),
                SampleMetric.suppressed("T1", "M6", "NRS", Cohort.site("GRAZ"), "fewer than 5")));

        try (InputStream golden = CsvTest.class.getResourceAsStream("/metrics.csv")) {
            assertThat(csv.replace("\r\n", "\n")).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void endsLinesAsRfc4180Wants() {
        assertThat(Csv.ofMetrics(List.of())).endsWith("protocolVersion\r\n");
    }

    @Test
    void hasAColumnForEverythingThatTheJsonHasButPositionsInTheLog() {
        CohortMetric suppressed = SampleMetric.suppressed("T1", "M6", "NRS", Cohort.site("GRAZ"), "fewer than 5");
        Set<String> paths = paths(SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("SHAM")));
        paths.addAll(paths(suppressed));
        assertThat(paths).contains("upTo.outcomes.follow-ups.v1.0", "withheld.0");
        paths.removeIf(it -> it.startsWith("upTo") || it.startsWith("withheld"));
        paths.add("withheld");

        assertThat(Csv.METRICS).doesNotHaveDuplicates().hasSameElementsAs(paths);
    }

    @Test
    void hasAColumnForEverythingThatCompletenessHas() {
        assertThat(Csv.COMPLETENESS)
                .doesNotHaveDuplicates()
                .hasSameElementsAs(paths(SampleMetric.completeness("T1", "M6", "NRS", Cohort.site("GRAZ"))));
    }

    private static Set<String> paths(Object row) {
        Set<String> paths = new TreeSet<>();
        collect("", Json.MAPPER.valueToTree(row), paths);
        return paths;
    }

    private static void collect(String path, JsonNode node, Set<String> paths) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + i + '.', node.get(i), paths);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                collect(path + field.getKey() + '.', field.getValue(), paths);
            }
        } else {
            paths.add(path.substring(0, path.length() - 1));
        }
    }

    @Test
    void writesWhatIsReceivedOfWhatIsExpected() {
        assertThat(Csv.ofCompleteness(List.of(SampleMetric.completeness("T1", "M6", "NRS", Cohort.site("GRAZ")))))
                .isEqualTo("""
                        trial,visit,instrument,cohort.by,cohort.value,counts.receivedInWindow,counts.receivedEarly,counts.receivedLate,counts.notDone,\
                        counts.notExpected,counts.notDue,counts.due,counts.missed,counts.overdue,counts.randomised,counts.received,counts.expected,\
                        counts.missing,counts.completeness,counts.retention,counts.outOfWindow,asOf,protocolVersion
                        T1,M6,NRS,site,GRAZ,20,1,3,1,2,4,5,6,7,49,24,38,14,0.631578947368421,0.4897959183673469,0.16666666666666666,\
                        2026-11-20T09:30:00Z,1
                        """.replace("\n", "\r\n"));
    }

    @Test
    void hasAColumnForEachReasonThatOccurs() {
        TrialSummary one = SampleMetric.summary("T1", Cohort.ALL);
        TrialSummary.Flow flow =
                new TrialSummary.Flow(40, 0, Map.of(), 40, 40, 39, 1, 0, Map.of("=HYPERLINK(\"x\"), moved", 1L));
        TrialSummary other = new TrialSummary(
                "T1", Cohort.site("GRAZ"), flow, one.adverseEvents(), one.asOf(), one.protocolVersion());

        assertThat(Csv.ofFlow(List.of(CohortFlow.of(one), CohortFlow.of(other))))
                .isEqualTo("""
                        trial,cohort.by,cohort.value,flow.assessed,flow.excluded,flow.excludedBy.SCREEN FAILURE,flow.randomised,flow.treated,\
                        flow.onStudy,flow.offStudy,flow.withdrawn,"flow.leftBy.=HYPERLINK(""x""), moved",flow.leftBy.ADVERSE EVENT,\
                        flow.leftBy.DEATH,asOf,protocolVersion
                        T1,all,,40,6,6,34,32,30,4,1,,3,1,2026-11-20T09:30:00Z,1
                        T1,site,GRAZ,40,0,,40,40,39,1,0,1,,,2026-11-20T09:30:00Z,1
                        """.replace("\n", "\r\n"));
    }

    @Test
    void writesAdverseEvents() {
        assertThat(Csv.ofAdverseEvents(List.of(CohortAdverseEvents.of(SampleMetric.summary("T1", Cohort.ALL)))))
                .isEqualTo("""
                        trial,cohort.by,cohort.value,adverseEvents.treated,adverseEvents.participants,adverseEvents.share,adverseEvents.events,\
                        adverseEvents.seriousEvents,adverseEvents.participantsWithSerious,adverseEvents.worstMild,adverseEvents.worstModerate,\
                        adverseEvents.worstSevere,adverseEvents.participantMonths,adverseEvents.eventsPer100Months,asOf,protocolVersion
                        T1,all,,32,8,0.25,12,2,1,5,2,1,150.5,7.973421926910299,2026-11-20T09:30:00Z,1
                        """.replace("\n", "\r\n"));
    }

    @Test
    void hasAColumnForEverythingThatAComparisonHas() {
        CohortMetric metric = SampleMetric.everything("T1", "M6", "NRS", Cohort.arm("BM-MSC"));
        List<Comparison> rows = Comparison.of(
                new TrialView("T1", null, List.of(metric), List.of(), List.of(), List.of(), UUID.randomUUID()));

        Set<String> paths = new TreeSet<>(Set.of("withheld"));
        rows.forEach(it -> paths.addAll(paths(it)));

        assertThat(rows).hasSize(3);
        assertThat(Csv.COMPARISONS).containsExactlyInAnyOrderElementsOf(paths);
    }

    @Test
    void disarmsTextsThatASpreadsheetWouldTakeForFormulas() {
        for (String text : List.of("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx")) {
            String csv =
                    Csv.ofMetrics(List.of(SampleMetric.of("T1", "M6", "NRS", new Cohort("cellSource", text), 1, -2)));

            assertThat(csv).contains("'" + text);
        }
    }

    @Test
    void leavesNegativeNumbersAsTheyAre() {
        assertThat(Csv.ofMetrics(List.of(SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 1, -2.5))))
                .contains("T1,M6,NRS,all,,1,-2.5,");
    }
}

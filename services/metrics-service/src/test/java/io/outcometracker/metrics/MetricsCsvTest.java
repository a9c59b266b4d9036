package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MetricsCsvTest {
    @Test
    void writesOneRowPerCohortAndLeavesUndefinedNumbersEmpty() throws IOException {
        String csv = MetricsCsv.write(List.of(
                SampleMetric.full("T1", "M6", "NRS", Cohort.ALL),
                SampleMetric.of("T1", "M6", "NRS", Cohort.arm("SHAM"), 1, -2),
                SampleMetric.empty("T1", "M6", "NRS", new Cohort("cellSource", "a, \"b\" and Ø")),
                SampleMetric.suppressed("T1", "M6", "NRS", Cohort.site("GRAZ"), "fewer than 5")));

        try (InputStream golden = MetricsCsvTest.class.getResourceAsStream("/metrics.csv")) {
            assertThat(csv.replace("\r\n", "\n")).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void endsLinesAsRfc4180Wants() {
        assertThat(MetricsCsv.write(List.of())).endsWith("protocolVersion\r\n");
    }

    @Test
    void hasAColumnForEverythingThatTheJsonHas() {
        CohortMetric suppressed = SampleMetric.suppressed("T1", "M6", "NRS", Cohort.site("GRAZ"), "fewer than 5");
        List<String> paths = new ArrayList<>();
        collect("", Json.MAPPER.valueToTree(SampleMetric.full("T1", "M6", "NRS", Cohort.arm("SHAM"))), paths);
        collect("", Json.MAPPER.valueToTree(suppressed), paths);

        assertThat(MetricsCsv.COLUMNS).doesNotHaveDuplicates().hasSameElementsAs(paths);
    }

    private static void collect(String path, JsonNode node, List<String> paths) {
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
    void disarmsTextsThatASpreadsheetWouldTakeForFormulas() {
        for (String text : List.of("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx")) {
            String csv = MetricsCsv.write(
                    List.of(SampleMetric.of("T1", "M6", "NRS", new Cohort("cellSource", text), 1, -2)));

            assertThat(csv).contains("'" + text);
        }
    }

    @Test
    void leavesNegativeNumbersAsTheyAre() {
        assertThat(MetricsCsv.write(List.of(SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 1, -2.5))))
                .contains("T1,M6,NRS,all,,1,-2.5,");
    }
}

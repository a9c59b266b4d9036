package io.outcometracker.metrics;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tools.jackson.databind.JsonNode;

/**
 * Metrics as CSV (RFC 4180, UTF-8): one row per cohort, the columns the paths of the JSON with dots for slashes, an
 * empty cell where a number is not defined.
 */
final class MetricsCsv {
    private static final List<String> DISTRIBUTION =
            List.of("n", "mean", "sd", "se", "ci.0", "ci.1", "median", "q1", "q3", "min", "max");
    private static final List<String> PROPORTION = List.of("k", "n", "rate", "ci.0", "ci.1");

    static final List<String> COLUMNS = columns();

    private MetricsCsv() {}

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("trial", "visit", "instrument", "cohort.by", "cohort.value"));
        columns.addAll(DISTRIBUTION);
        Stream.of("change.", "percentChange.").forEach(of -> DISTRIBUTION.forEach(it -> columns.add(of + it)));
        columns.add("nBaselineZero");
        for (String threshold : List.of("30", "50", "mcid")) {
            for (String denominator : List.of("observed", "imputed")) {
                PROPORTION.forEach(it -> columns.add("responders." + threshold + '.' + denominator + '.' + it));
            }
        }
        columns.addAll(List.of("suppressed", "reason", "asOf", "protocolVersion"));
        return List.copyOf(columns);
    }

    static String write(List<CohortMetric> metrics) {
        StringBuilder out = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
            csv.printRecord(COLUMNS);
            for (CohortMetric metric : metrics) {
                JsonNode json = Json.MAPPER.valueToTree(metric);
                csv.printRecord(COLUMNS.stream().map(column -> cell(json, column)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static String cell(JsonNode json, String column) {
        JsonNode value = json.at('/' + column.replace('.', '/'));
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isString() ? harmless(value.stringValue()) : value.asString();
    }

    /** A spreadsheet would take such a text for a formula and run it. */
    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? '\'' + text : text;
    }
}

package io.outcometracker.metrics;

import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tools.jackson.databind.JsonNode;

/**
 * Answers as CSV (RFC 4180, UTF-8): one row per cohort, the columns the paths of the JSON with dots for slashes, an
 * empty cell where a number is not defined.
 */
final class Csv {
    private static final List<String> PLACE = List.of("trial", "visit", "instrument", "cohort.by", "cohort.value");
    private static final List<String> COUNTS = List.of(
            "receivedInWindow",
            "receivedEarly",
            "receivedLate",
            "notDone",
            "notExpected",
            "notDue",
            "due",
            "missed",
            "overdue",
            "randomised",
            "received",
            "expected",
            "missing",
            "completeness",
            "retention",
            "outOfWindow");

    private static final List<String> COHORT = List.of("trial", "cohort.by", "cohort.value");
    private static final List<String> AS_OF = List.of("asOf", "protocolVersion");
    private static final List<String> TEST = List.of("difference", "se", "df", "t", "p", "ci.0", "ci.1");
    private static final List<String> HEDGES_G = List.of("g", "se", "ci.0", "ci.1", "pooledSd", "d", "correction");

    static final List<String> METRICS = metrics();
    static final List<String> COMPARISONS = concat(
            List.of("trial", "visit", "instrument", "arm", "control", "outcome", "method", "nActive", "nControl"),
            TEST,
            under("hedgesG", HEDGES_G),
            List.of("slope", "adjustedMeanActive", "adjustedMeanControl", "undefined", "withheld"),
            AS_OF);
    static final List<String> COMPLETENESS = concat(PLACE, under("counts", COUNTS), AS_OF);
    static final List<String> ADVERSE_EVENTS = concat(
            COHORT,
            under(
                    "adverseEvents",
                    List.of(
                            "treated",
                            "participants",
                            "share",
                            "events",
                            "seriousEvents",
                            "participantsWithSerious",
                            "worstMild",
                            "worstModerate",
                            "worstSevere",
                            "participantMonths",
                            "eventsPer100Months")),
            AS_OF);

    private Csv() {}

    private static List<String> metrics() {
        List<String> distribution =
                List.of("n", "mean", "sd", "se", "ci.0", "ci.1", "median", "q1", "q3", "min", "max", "undefined");
        List<String> proportion = List.of("k", "n", "rate", "ci.0", "ci.1");
        List<String> rate = concat(under("observed", proportion), under("imputed", proportion));
        List<String> meanDifference =
                concat(List.of("nActive", "nControl"), TEST, under("hedgesG", HEDGES_G), List.of("undefined"));
        List<String> ancova = concat(
                List.of("nActive", "nControl", "slope"),
                TEST,
                List.of("adjustedMeanActive", "adjustedMeanControl", "undefined"));
        return concat(
                PLACE,
                distribution,
                under("change", distribution),
                under("percentChange", distribution),
                List.of("nBaselineZero"),
                under("responders", concat(under("30", rate), under("50", rate), under("mcid", rate))),
                List.of("nOutsideLimits"),
                under("geometricMean", List.of("n", "mean", "ci.0", "ci.1", "undefined")),
                List.of("versusControl.control"),
                under("versusControl.value", meanDifference),
                under("versusControl.change", meanDifference),
                under("versusControl.ancova", ancova),
                under("completeness", COUNTS),
                List.of("suppressed", "reason", "withheld", "asOf", "protocolVersion"));
    }

    private static List<String> flow(List<CohortFlow> rows) {
        return concat(
                COHORT,
                List.of("flow.assessed", "flow.excluded"),
                under("flow.excludedBy", reasons(rows, it -> it.flow().excludedBy())),
                under("flow", List.of("randomised", "treated", "onStudy", "offStudy", "withdrawn")),
                under("flow.leftBy", reasons(rows, it -> it.flow().leftBy())),
                AS_OF);
    }

    /** Each reason has a column of its own, as many as occur. */
    private static List<String> reasons(List<CohortFlow> rows, Function<CohortFlow, Map<String, Long>> of) {
        TreeSet<String> reasons = new TreeSet<>();
        rows.forEach(row -> reasons.addAll(of.apply(row).keySet()));
        return List.copyOf(reasons);
    }

    private static List<String> under(String path, List<String> columns) {
        return columns.stream().map(it -> path + '.' + it).toList();
    }

    @SafeVarargs
    private static List<String> concat(List<String>... columns) {
        List<String> all = new ArrayList<>();
        for (List<String> some : columns) {
            all.addAll(some);
        }
        return List.copyOf(all);
    }

    static String ofMetrics(List<CohortMetric> rows) {
        return write(METRICS, rows);
    }

    static String ofCompleteness(List<Completeness> rows) {
        return write(COMPLETENESS, rows);
    }

    static String ofComparisons(List<Comparison> rows) {
        return write(COMPARISONS, rows);
    }

    static String ofFlow(List<CohortFlow> rows) {
        return write(flow(rows), rows);
    }

    static String ofAdverseEvents(List<CohortAdverseEvents> rows) {
        return write(ADVERSE_EVENTS, rows);
    }

    private static String write(List<String> columns, List<?> rows) {
        StringBuilder out = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
            csv.printRecord(columns);
            for (Object row : rows) {
                Map<String, String> cells = new HashMap<>();
                collect("", Json.MAPPER.valueToTree(row), cells);
                csv.printRecord(columns.stream().map(it -> cells.getOrDefault(it, "")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void collect(String path, JsonNode node, Map<String, String> cells) {
        if (node.isObject()) {
            node.properties().forEach(it -> collect(joined(path, it.getKey()), it.getValue(), cells));
        } else if (node.isArray() && node.path(0).isString()) {
            cells.put(path, node.valueStream().map(JsonNode::stringValue).collect(joining(" ")));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(joined(path, Integer.toString(i)), node.get(i), cells);
            }
        } else {
            cells.put(path, node.isString() ? harmless(node.stringValue()) : node.asString());
        }
    }

    private static String joined(String path, String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    /** A spreadsheet would take such a text for a formula and run it. */
    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? '\'' + text : text;
    }
}

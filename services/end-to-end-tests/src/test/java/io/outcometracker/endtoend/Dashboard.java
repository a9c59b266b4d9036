package io.outcometracker.endtoend;

import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A dashboard of Grafana: what it asks of Prometheus, with what is chosen in its variables. */
record Dashboard(String uid, JsonNode json) {
    static final Path FOLDER = Path.of("../../infra/grafana/dashboards");

    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");
    private static final Pattern QUERY_RESULT = Pattern.compile("query_result\\((.+)\\)");

    /** What Grafana puts in for the time that is looked at; the product is read every second. */
    private static final Map<String, String> TIMES =
            Map.of("__rate_interval", "1m", "__interval", "2s", "__range", "1h");

    /**
     * @param panel where it is asked
     * @param overTime whether over the time that is looked at, or for its end
     * @param text as Prometheus understands it
     */
    record Query(String panel, boolean overTime, String text) {
        @Override
        public String toString() {
            return panel;
        }
    }

    @Override
    public String toString() {
        return uid;
    }

    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Dashboard::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        JsonNode json = Json.MAPPER.readTree(file.toFile());
        return new Dashboard(json.get("uid").stringValue(), json);
    }

    Stream<JsonNode> panels() {
        return json.get("panels")
                .valueStream()
                .filter(it -> !it.get("type").stringValue().equals("row"));
    }

    Stream<JsonNode> variables() {
        return json.at("/templating/list").valueStream();
    }

    Stream<JsonNode> annotations() {
        return json.at("/annotations/list").valueStream();
    }

    /**
     * What is in its variables when it is opened, by their names.
     *
     * @param chosen what is chosen instead
     */
    Map<String, List<String>> values(Prometheus prometheus, Map<String, String> chosen) {
        Map<String, List<String>> values = new TreeMap<>();
        variables().forEach(variable -> {
            String name = variable.get("name").stringValue();
            String choice = chosen.get(name);
            values.put(
                    name, choice == null ? opened(variable, options(variable, prometheus, values)) : List.of(choice));
        });
        return values;
    }

    /** What can be chosen, in the order of the list. */
    static List<String> options(JsonNode variable, Prometheus prometheus, Map<String, List<String>> values) {
        if (variable.get("type").stringValue().equals("custom")) {
            return List.of(variable.get("query").stringValue().split(","));
        }
        String query = fill(variable.at("/query/query").stringValue(), values);
        Matcher labels = LABEL_VALUES.matcher(query);
        if (labels.matches()) {
            return prometheus
                    .labelValues(labels.group(2), labels.group(1))
                    .sorted()
                    .toList();
        }
        Matcher results = QUERY_RESULT.matcher(query);
        if (!results.matches()) {
            throw new AssertionError("not understood: " + query);
        }
        String regex = variable.get("regex").stringValue();
        Pattern part = Pattern.compile(regex.substring(1, regex.length() - 1));
        return prometheus
                .query(results.group(1))
                .valueStream()
                .map(it -> part.matcher(shown(it.get("metric"))))
                .filter(Matcher::find)
                .map(it -> it.group(1))
                .toList();
    }

    /** As Grafana shows a series, for the regular expression of a variable. */
    private static String shown(JsonNode labels) {
        StringBuilder shown = new StringBuilder("{");
        labels.properties()
                .forEach(it -> shown.append(it.getKey())
                        .append("=\"")
                        .append(it.getValue().stringValue())
                        .append("\","));
        return shown.append('}').toString();
    }

    private static List<String> opened(JsonNode variable, List<String> options) {
        if (variable.get("multi").booleanValue()) {
            return options;
        }
        String current = variable.at("/current/value").stringValue("");
        return options.contains(current) ? List.of(current) : options.subList(0, Math.min(1, options.size()));
    }

    /** The queries of all panels; of one that is repeated for the values of a variable, once for each. */
    List<Query> queries(Map<String, List<String>> values) {
        List<Query> queries = new ArrayList<>();
        panels().forEach(panel -> {
            String repeat = panel.path("repeat").stringValue("");
            List<Map<String, List<String>>> repeated = repeat.isEmpty()
                    ? List.of(values)
                    : values.get(repeat).stream()
                            .map(it -> with(values, repeat, it))
                            .toList();
            for (Map<String, List<String>> each : repeated) {
                panel.get("targets")
                        .forEach(target -> queries.add(new Query(
                                "%s: %s, %s"
                                        .formatted(
                                                uid,
                                                fill(panel.get("title").stringValue(), each),
                                                target.get("refId").stringValue()),
                                target.get("range").booleanValue(),
                                fill(target.get("expr").stringValue(), each))));
            }
        });
        return queries;
    }

    private static Map<String, List<String>> with(Map<String, List<String>> values, String name, String value) {
        Map<String, List<String>> changed = new TreeMap<>(values);
        changed.put(name, List.of(value));
        return changed;
    }

    /** With the values in the places of the variables; several as a regular expression for all of them; none as nothing. */
    static String fill(String text, Map<String, List<String>> values) {
        return VARIABLE.matcher(text).replaceAll(it -> {
            String name = it.group(1);
            String time = TIMES.get(name);
            if (time == null && !values.containsKey(name)) {
                throw new AssertionError("no variable $" + name + " for " + text);
            }
            return Matcher.quoteReplacement(time == null ? joined(values.get(name)) : time);
        });
    }

    private static String joined(List<String> values) {
        String joined = String.join("|", values);
        return values.size() > 1 ? "(" + joined + ")" : joined;
    }
}

package io.outcometracker.endtoend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** REST, CSV, Prometheus and the topic, of one trial at one time. */
class SameFiguresEverywhereIT {
    /** Series of a distribution, and where the JSON has the figure. */
    private static final Map<String, String> DISTRIBUTION = Map.of(
            "n", "n", "mean", "mean", "sd", "sd", "ci_low", "ci.0", "ci_high", "ci.1", "median", "median", "q1", "q1",
            "q3", "q3", "min", "min", "max", "max");

    private static final Map<String, String> CHANGE =
            Map.of("n", "n", "mean", "mean", "sd", "sd", "ci_low", "ci.0", "ci_high", "ci.1", "median", "median");
    private static final Map<String, String> RESPONDERS =
            Map.of("_ratio", "rate", "_k", "k", "_n", "n", "_ratio_ci_low", "ci.0", "_ratio_ci_high", "ci.1");

    private static final Pattern SERIES = Pattern.compile("outcomes_cohort_(\\w+)\\{(.*)} (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @ParameterizedTest
    @ValueSource(strings = {"arm-correction", "decimals", "late-baseline", "masked", "without-baseline"})
    void showTheSameFigures(String suite) {
        Client client = product.client();
        String trial = TestKafka.unique("everywhere-" + suite);
        Suite.read(suite).run(client, trial);

        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            Map<Cell, JsonNode> rest = rest(client, trial);
            assertThat(rest).isNotEmpty();
            assertThat(topic(trial)).isEqualTo(rest);
            assertThat(csv(client, trial)).isEqualTo(leaves(rest));
            assertThat(prometheus(client, trial)).isEqualTo(series(rest));
        });
    }

    private static Map<Cell, JsonNode> rest(Client client, String trial) {
        return client.metrics(trial).valueStream().collect(toMap(Cell::of, it -> it));
    }

    /** The last message of each key. */
    private static Map<Cell, JsonNode> topic(String trial) {
        List<ConsumerRecord<String, String>> messages = product.process()
                .read(Topics.COHORT_METRICS.name(), new StringDeserializer(), new StringDeserializer(), it -> {});
        Map<String, String> latest = new TreeMap<>();
        messages.stream().filter(it -> it.key().startsWith(trial + '|')).forEach(it -> {
            if (it.value() == null) {
                latest.remove(it.key());
            } else {
                latest.put(it.key(), it.value());
            }
        });
        return latest.values().stream().map(Json.MAPPER::readTree).collect(toMap(Cell::of, it -> it));
    }

    /** Everything that is no container, by its path in dots; but for positions in the log, which a table has no use for. */
    private static Map<Cell, Map<String, String>> leaves(Map<Cell, JsonNode> metrics) {
        return metrics.entrySet().stream().collect(toMap(Map.Entry::getKey, it -> {
            Map<String, String> leaves = new TreeMap<>();
            addLeaves("", it.getValue(), leaves);
            leaves.keySet().removeIf(path -> path.startsWith("upTo."));
            return leaves;
        }));
    }

    private static void addLeaves(String path, JsonNode node, Map<String, String> leaves) {
        if (node.isObject()) {
            node.forEachEntry((name, child) -> addLeaves(path + '.' + name, child, leaves));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                addLeaves(path + '.' + i, node.get(i), leaves);
            }
        } else {
            leaves.put(path.substring(1), comparable(node.asString()));
        }
    }

    /** 1.0E9 is 1000000000. */
    private static String comparable(String figure) {
        try {
            return Double.toString(Double.parseDouble(figure));
        } catch (NumberFormatException e) {
            return figure;
        }
    }

    private static Map<Cell, Map<String, String>> csv(Client client, String trial) {
        String body =
                client.get("api/v1/trials/" + trial + "/metrics", Client.CSV).body();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser rows = CSVParser.parse(body, format)) {
            return rows.stream()
                    .collect(toMap(
                            row -> new Cell(
                                    row.get("visit"),
                                    row.get("instrument"),
                                    row.get("cohort.by").equals("all")
                                            ? "all"
                                            : row.get("cohort.by") + '=' + row.get("cohort.value")),
                            row -> {
                                Map<String, String> cells = new TreeMap<>(row.toMap());
                                cells.values().removeIf(String::isEmpty);
                                cells.replaceAll((column, cell) -> comparable(cell));
                                return cells;
                            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The series that there must be for what REST says. */
    private static Map<String, Double> series(Map<Cell, JsonNode> metrics) {
        Map<String, Double> series = new TreeMap<>();
        metrics.forEach((cell, metric) -> {
            DISTRIBUTION.forEach((name, path) -> addSeries(name, cell, "", metric.at(pointer(path)), series));
            CHANGE.forEach((name, path) ->
                    addSeries("change_" + name, cell, "", metric.at(pointer("change." + path)), series));
            for (String threshold : List.of("30", "50", "mcid")) {
                for (String denominator : List.of("observed", "imputed")) {
                    RESPONDERS.forEach((name, path) -> addSeries(
                            "responders" + name,
                            cell,
                            ' ' + threshold + ' ' + denominator,
                            metric.at(pointer("responders." + threshold + '.' + denominator + '.' + path)),
                            series));
                }
            }
        });
        return series;
    }

    private static String pointer(String path) {
        return '/' + path.replace('.', '/');
    }

    private static void addSeries(String name, Cell cell, String more, JsonNode figure, Map<String, Double> series) {
        if (figure.isNumber()) {
            series.put(name + ' ' + cell + more, figure.doubleValue());
        }
    }

    private static Map<String, Double> prometheus(Client client, String trial) {
        Map<String, Double> series = new TreeMap<>();
        client.get("actuator/prometheus", "text/plain")
                .body()
                .lines()
                .map(SERIES::matcher)
                .filter(Matcher::matches)
                .forEach(line -> {
                    Map<String, String> labels =
                            LABEL.matcher(line.group(2)).results().collect(toMap(it -> it.group(1), it -> it.group(2)));
                    if (trial.equals(labels.get("trial"))) {
                        Cell cell = new Cell(
                                labels.get("visit"),
                                labels.get("instrument"),
                                labels.get("by").equals("all") ? "all" : labels.get("by") + '=' + labels.get("cohort"));
                        String more = labels.containsKey("threshold")
                                ? ' ' + labels.get("threshold") + ' ' + labels.get("denominator")
                                : "";
                        series.put(line.group(1) + ' ' + cell + more, Double.valueOf(line.group(3)));
                    }
                });
        return series;
    }
}

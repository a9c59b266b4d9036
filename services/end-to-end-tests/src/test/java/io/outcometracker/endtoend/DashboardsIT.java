package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.endtoend.Dashboard.Query;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Whoever opens a dashboard sees something: all that it asks is asked of a Prometheus that reads the product. */
class DashboardsIT {
    private static final Path PROVISIONING = Path.of("../../infra/grafana/provisioning");

    /** What was posted is read a second or two later. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private static final String TRIAL = TestKafka.unique("dashboards");
    private static final Map<String, String> EXAMPLE = Map.of("trial", Study.EXAMPLE.trial());

    @SuppressWarnings("NullAway.Init")
    private static Prometheus prometheus;

    @SuppressWarnings("NullAway.Init")
    private static Instant start;

    /** The example study; and a trial in which there happens what does not happen in a study that goes well. */
    @BeforeAll
    static void letPrometheusReadAProductInWhichThingsHappen() throws IOException {
        prometheus = Prometheus.start(product.process());
        start = Instant.now();
        Study.EXAMPLE.loadOnce(product.process());
        Client client = product.client();
        Suite.put(client, TRIAL, "masked");
        awaitSeries("outcomes_trial_protocol_version{trial=\"%s\"} == 1".formatted(TRIAL));
        awaitSeries("outcomes_ingest_unblindings_total{trial=\"%s\"} == 0".formatted(TRIAL));

        Suite.read("unblinding").goOn(client, TRIAL);
        String path = "api/v1/trials/" + TRIAL;
        ObjectNode protocol =
                (ObjectNode) client.send(client.request(client.ingest(), path)).json();
        assertThat(client.put(TRIAL, protocol.put("version", 2)).status()).isEqualTo(200);
        assertThat(client.post(TRIAL, Client.FOLLOW_UPS, Client.CSV, "recordId,visit\nX,NEVER\n")
                        .status())
                .isEqualTo(422);
        awaitSeries("outcomes_cohort_n{trial=\"%s\"}".formatted(TRIAL));
        // What is told of numbers as they come is told once Prometheus has seen that there are some.
        Suite.read("masked").run(client, TestKafka.unique("dashboards"));
    }

    @AfterAll
    static void endPrometheus() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    private static void awaitSeries(String expression) {
        await().atMost(ProductProcess.PATIENCE)
                .untilAsserted(() ->
                        assertThat(prometheus.query(expression)).as(expression).isNotEmpty());
    }

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    static List<Query> queriesOnTheExampleStudy() {
        return dashboards().stream()
                .flatMap(it -> it.queries(it.values(prometheus, EXAMPLE)).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("queriesOnTheExampleStudy")
    void noPanelIsEmptyOnTheExampleStudy(Query query) {
        // Micrometer looks once a minute whether Kafka's clients have new meters, such as the lag of a partition.
        await().atMost(ProductProcess.PATIENCE)
                .untilAsserted(() -> assertThat(numbers(query)).as(query.text()).isNotEmpty());
    }

    /** Those that are numbers: of nothing, Prometheus makes NaN. */
    private static List<Double> numbers(Query query) {
        List<Double> numbers = new ArrayList<>();
        JsonNode series = query.overTime()
                ? prometheus.query(query.text(), start, Instant.now())
                : prometheus.query(query.text());
        for (JsonNode one : series) {
            for (JsonNode sample : one.has("values") ? one.get("values") : List.of(one.get("value"))) {
                double number = Double.parseDouble(sample.get(1).stringValue().replace("Inf", "Infinity"));
                if (!Double.isNaN(number)) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void thereIsSomethingToChooseInEveryVariable(Dashboard dashboard) {
        assertThat(dashboard.values(prometheus, EXAMPLE))
                .isNotEmpty()
                .allSatisfy((name, values) -> assertThat(values).as(name).isNotEmpty());
    }

    /** Of a masked trial, or of an instrument without a baseline, a panel may be empty, but no query may fail. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void everyChoiceCanBeAsked(Dashboard dashboard) {
        for (String trial : List.of(Study.EXAMPLE.trial(), TRIAL)) {
            Map<String, List<String>> opened = dashboard.values(prometheus, Map.of("trial", trial));
            dashboard
                    .variables()
                    .filter(it -> !it.get("name").stringValue().equals("trial"))
                    .forEach(variable -> {
                        String name = variable.get("name").stringValue();
                        for (String choice : Dashboard.options(variable, prometheus, opened)) {
                            dashboard
                                    .queries(dashboard.values(prometheus, Map.of("trial", trial, name, choice)))
                                    .forEach(it -> prometheus.query(it.text()));
                        }
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void unblindingsAndChangesOfTheProtocolAreMarked(Dashboard dashboard) {
        List<JsonNode> annotations = dashboard.annotations().toList();
        assertThat(annotations)
                .extracting(it -> it.get("name").stringValue())
                .containsExactly("Unblinding", "Protocol change");
        for (JsonNode annotation : annotations) {
            String query = Dashboard.fill(annotation.at("/target/expr").stringValue(), Map.of("trial", List.of(TRIAL)));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(prometheus.query(query, start, Instant.now()))
                            .as(query)
                            .isNotEmpty()
                            .allSatisfy(it -> assertThat(it.at("/metric/trial").stringValue())
                                    .isEqualTo(TRIAL)));
        }
    }

    @Test
    void aTrialInWhichNothingHappenedHasNoMarks() {
        dashboards().stream().flatMap(Dashboard::annotations).forEach(annotation -> {
            String query = Dashboard.fill(
                    annotation.at("/target/expr").stringValue(), Map.of("trial", List.of(Study.EXAMPLE.trial())));
            assertThat(prometheus.query(query, start, Instant.now())).as(query).isEmpty();
        });
    }

    @Test
    void everyQueryIsPutToTheProvisionedSourceOfData() {
        JsonNode source = new YAMLMapper()
                .readTree(PROVISIONING.resolve("datasources/prometheus.yml").toFile())
                .at("/datasources/0");
        for (Dashboard dashboard : dashboards()) {
            assertThat(dashboard.json().findValues("datasource"))
                    .as(dashboard.uid())
                    .isNotEmpty()
                    .allSatisfy(it -> assertThat(it.get("uid")).isEqualTo(source.get("uid")))
                    .allSatisfy(it -> assertThat(it.get("type")).isEqualTo(source.get("type")));
            assertThat(dashboard.panels())
                    .allSatisfy(it -> assertThat(it.has("datasource")).isTrue());
        }
    }

    @Test
    void uidsAreThoseOfTheFilesAndNumbersOfPanelsAreNotUsedTwice() {
        for (Dashboard dashboard : dashboards()) {
            assertThat(Dashboard.FOLDER.resolve(dashboard.uid() + ".json")).exists();
            assertThat(dashboard.json().get("panels"))
                    .extracting(it -> it.get("id"))
                    .doesNotHaveDuplicates();
        }
    }

    /** Grafana calls what comes of a query by its letter, where there are several. */
    @Test
    void everyColumnOfATableHasANameOrIsHidden() {
        for (Dashboard dashboard : dashboards()) {
            dashboard
                    .panels()
                    .filter(it -> it.get("type").stringValue().equals("table")
                            && it.get("targets").size() > 1)
                    .forEach(panel -> {
                        JsonNode columns = panel.get("transformations")
                                .valueStream()
                                .filter(it -> it.get("id").stringValue().equals("organize"))
                                .findFirst()
                                .orElseThrow()
                                .get("options");
                        assertThat(panel.get("targets"))
                                .extracting(it -> "Value #" + it.get("refId").stringValue())
                                .as(panel.get("title").stringValue())
                                .allMatch(it -> columns.get("renameByName").has(it)
                                        || columns.get("excludeByName").has(it));
                    });
        }
    }
}

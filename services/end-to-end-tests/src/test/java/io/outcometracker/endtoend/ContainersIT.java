package io.outcometracker.endtoend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The product in containers, brought up from nothing: the example study, three instances of cohort-service, and one that dies. */
@Tag("docker")
class ContainersIT {
    private static final String TRIAL = Study.EXAMPLE.trial();

    @RegisterExtension
    static final SharedProduct embedded = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers = new SharedContainers();

    @Test
    void numbersStayRightWithThreeInstancesAndWhenOneOfThemDies() {
        ComposeProduct product = containers.product();
        load(product);
        Study.EXAMPLE.loadOnce(embedded.process());
        assertSameFiguresEverywhere(product);
        String trial = TestKafka.unique("scaled");
        try {
            product.scale(ComposeProduct.COHORT, 3);
            await().atMost(ProductProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(product.membersOfGroup("outcomes-cohort-service"))
                            .hasSize(3));
            Suite.read("restart/before").run(product.client(), trial);

            product.docker(
                    "kill",
                    "--signal=KILL",
                    product.containers(ComposeProduct.COHORT).get(1));

            Suite.read("restart/after").goOn(product.client(), trial);
            load(product);
            assertSameFiguresEverywhere(product);
        } finally {
            product.scale(ComposeProduct.COHORT, 1);
        }
    }

    /** By the study-loader, which compares every figure with its own. */
    private static void load(ComposeProduct product) {
        assertThat(product.compose("run", "--rm", "-T", "study-loader")).contains("OK: ");
    }

    private static void assertSameFiguresEverywhere(ComposeProduct product) {
        Map<Cell, JsonNode> figures = Study.EXAMPLE.metrics(embedded.process().client());
        Map<Cell, Double> means = means(figures.values().stream());
        assertThat(means).hasSizeGreaterThan(100);
        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            assertThat(Study.EXAMPLE.metrics(product.client())).isEqualTo(figures);
            assertThat(means(product.lastOfEachKey(Topics.COHORT_METRICS.name()).values().stream()
                            .filter(it -> it.startsWith("{"))
                            .map(Json.MAPPER::readTree)
                            .filter(it -> it.get("trial").asString().equals(TRIAL))))
                    .isEqualTo(means);
            assertThat(inPrometheus(product)).isEqualTo(means);
        });
    }

    private static Map<Cell, Double> means(Stream<JsonNode> metrics) {
        return metrics.filter(it -> it.path("mean").isNumber())
                .collect(toMap(Cell::of, it -> it.get("mean").doubleValue()));
    }

    private static Map<Cell, Double> inPrometheus(ComposeProduct product) {
        Map<Cell, Double> means = new HashMap<>();
        JsonNode found = Prometheus.at(product.prometheus())
                .query("max by (visit, instrument, by, cohort) (outcomes_cohort_mean{trial=\"" + TRIAL + "\"})");
        found.forEach(it -> {
            JsonNode labels = it.get("metric");
            String by = labels.get("by").stringValue();
            String cohort =
                    by.equals("all") ? "all" : by + '=' + labels.get("cohort").stringValue();
            means.put(
                    new Cell(
                            labels.get("visit").stringValue(),
                            labels.get("instrument").stringValue(),
                            cohort),
                    Double.valueOf(it.at("/value/1").stringValue()));
        });
        return means;
    }
}

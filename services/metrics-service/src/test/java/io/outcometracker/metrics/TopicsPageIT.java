package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.Browser;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The description of the topics, which is there whether Kafka is or not. */
class TopicsPageIT {
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = new RunningService("127.0.0.1:1", "--logging.level.org.apache.kafka=ERROR");
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void servesTheDescriptionToPrograms() {
        JsonNode description =
                Json.MAPPER.readTree(service.get("/asyncapi.json").body());
        assertThat(description
                        .path("channels")
                        .valueStream()
                        .map(it -> it.path("address").asString()))
                .isEqualTo(Topics.all().stream().map(Topic::name).toList());
    }

    @Test
    @Tag("browser")
    void showsEachTopicWithItsFieldsToPeople() {
        try (Browser browser = Browser.open(1280, 1000)) {
            browser.go(service.address() + "/topics");
            browser.until(() -> assertThat(browser.texts("#topics h2"))
                    .isEqualTo(Topics.all().stream().map(Topic::name).toList()));
            assertThat(rows(browser, "#catalogue"))
                    .hasSize(Topics.all().size())
                    .contains(List.of(
                            "outcomes.cohort-metrics-unblinded.v1",
                            "unblinded",
                            "Written by cohort-service alone.",
                            "the latest of each key",
                            "6"));
            assertThat(rows(browser, "#cohort-metrics-public-v1 .fields"))
                    .contains(
                            List.of(
                                    "nBaselineZero",
                                    "integerminimum 0",
                                    "How many pairs of score and baseline have no percent"
                                            + " change because the baseline is not above 0."),
                            List.of(
                                    "versusControl.ancova.difference",
                                    "number",
                                    "Adjusted difference, in the instrument's unit."));

            browser.go(service.address() + "/topics/#audit-v1");
            browser.shrink(390, 800);
            browser.until(() -> assertThat(browser.text("#audit-v1 h2")).isEqualTo("outcomes.audit.v1"));
            assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth"))
                    .isEqualTo(true);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Of many cells, at once. */
    @SuppressWarnings("unchecked")
    private static List<Object> rows(Browser browser, String table) {
        return (List<Object>) browser.run("return [...document.querySelector('" + table + "').tBodies[0].rows]"
                + ".map(row => [...row.cells].map(cell => cell.textContent))");
    }
}

package io.outcometracker.endtoend;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.testkit.FollowUpFormats;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One study, posted in each format to a trial of its own. */
class EveryFormatIT {
    private static final Path STUDY = Path.of("../../infra/example-studies/sleep-inflammation");
    private static final FollowUpFormats FORMATS = FollowUpFormats.ofStudy(STUDY);

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private final Client client = product.client();

    @Test
    void givesTheSameMetrics() throws IOException {
        Map<String, List<String>> bodies = new LinkedHashMap<>();
        bodies.put("application/json", List.of(FORMATS.json()));
        bodies.put("text/csv", List.of(FORMATS.csv()));
        bodies.put("application/x-ndjson", List.of(FORMATS.lines()));
        bodies.put("application/fhir+json", FORMATS.bundles("transaction", 200));
        Map<String, String> trials = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> format : bodies.entrySet()) {
            String trial = newTrial();
            String path = format.getKey().contains("fhir") ? "fhir" : Client.FOLLOW_UPS;
            for (String body : format.getValue()) {
                assertThat(client.post(trial, path, format.getKey(), body).status())
                        .isIn(200, 202);
            }
            trials.put(format.getKey(), trial);
        }

        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            Map<Cell, JsonNode> expected = metrics(trials.get("application/json"));
            assertThat(counts(expected)).isEqualTo(counted());
            for (String trial : trials.values()) {
                assertThat(metrics(trial)).isEqualTo(expected);
            }
        });
    }

    private String newTrial() throws IOException {
        String trial = TestKafka.unique("every-format");
        String protocol = Files.readString(STUDY.resolve("protocol.yml")).replace("SIM-SLEEP-01", trial);
        assertThat(client.send(client.request(client.ingest(), "api/v1/trials/" + trial)
                                .header("Content-Type", "application/yaml")
                                .PUT(BodyPublishers.ofString(protocol)))
                        .status())
                .isEqualTo(201);
        assertThat(client.post(trial, Client.ENROLMENTS, Client.CSV, Files.readString(STUDY.resolve("enrolments.csv")))
                        .status())
                .isEqualTo(202);
        return trial;
    }

    /** Without what says of which trial, when, and up to where in the log. */
    private Map<Cell, JsonNode> metrics(String trial) {
        return client.metrics(trial)
                .valueStream()
                .collect(toMap(Cell::of, it -> ((ObjectNode) it).remove(List.of("trial", "asOf", "upTo"))));
    }

    private static Map<String, Long> counts(Map<Cell, JsonNode> metrics) {
        return metrics.entrySet().stream()
                .filter(it -> it.getKey().cohort().equals("all"))
                .collect(toMap(
                        it -> it.getKey().visit() + ' ' + it.getKey().instrument(),
                        it -> it.getValue().path("n").longValue()));
    }

    /** How many scores there are of each visit and instrument. */
    private static Map<String, Long> counted() {
        return FORMATS.records().stream()
                .filter(it -> it.getOrDefault("comparator", "").isEmpty())
                .filter(it -> !it.getOrDefault("value", "").isEmpty())
                .filter(it -> !it.getOrDefault("status", "").equals("entered-in-error"))
                .collect(groupingBy(it -> it.get("visit") + ' ' + it.get("instrument"), counting()));
    }
}

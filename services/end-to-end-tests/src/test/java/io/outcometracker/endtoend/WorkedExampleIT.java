package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The worked example, posted as its sites would, against the figures that were checked in R. */
class WorkedExampleIT {
    private static final double RELATIVE = 1e-9;
    private static final Map<String, Integer> ENROLLED = Map.of("ACT", 5, "PBO", 5, "ALL", 10);
    private static final Map<String, String> NAMES =
            Map.of("ci_lo", "ci.0", "ci_hi", "ci.1", "lo_pct", "ci.0", "hi_pct", "ci.1");
    private static final Set<String> PUBLISHED =
            Set.of("n", "mean", "sd", "se", "ci_lo", "ci_hi", "q1", "median", "q3", "min", "max");

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @Test
    void decidesAndPublishesWhatTheExampleExpects() {
        Client client = product.client();
        String trial = TestKafka.unique("worked-example");
        ObjectNode protocol = Json.MAPPER.valueToTree(WorkedExample.protocol());
        assertThat(client.put(trial, protocol.put("trial", trial)).status()).isEqualTo(201);

        for (List<Step> together : runs()) {
            String records = together.get(0).enrolment() == null ? Client.FOLLOW_UPS : Client.ENROLMENTS;
            String body = Json.MAPPER.writeValueAsString(
                    together.stream().map(WorkedExampleIT::posted).toList());
            JsonNode answer = client.post(trial, records, Client.JSON, body).json();
            assertThat(answer.get("results")
                            .valueStream()
                            .map(it -> it.get("disposition").stringValue()))
                    .as(
                            "events %d to %d",
                            together.get(0).seq(),
                            together.get(together.size() - 1).seq())
                    .isEqualTo(together.stream().map(it -> it.expected().name()).toList());
        }
        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> comparePublished(client.metrics(trial)));
    }

    /** Enrolments and follow-ups come by different addresses; those of one kind that follow one another go in one request. */
    private static List<List<Step>> runs() {
        List<List<Step>> runs = new ArrayList<>();
        for (Step step : WorkedExample.steps()) {
            List<Step> last = runs.isEmpty() ? List.of() : runs.get(runs.size() - 1);
            if (last.isEmpty() || (last.get(0).enrolment() == null) != (step.enrolment() == null)) {
                last = new ArrayList<>();
                runs.add(last);
            }
            last.add(step);
        }
        return runs;
    }

    /** As a site has it: without what the ingest-service adds. */
    private static ObjectNode posted(Step step) {
        ObjectNode record = Json.MAPPER.valueToTree(
                Optional.<Object>ofNullable(step.enrolment()).orElse(step.followUp()));
        return record.remove(List.of("trial", "baseline", "valueAsSent", "receivedAt", "protocolVersion"));
    }

    private static void comparePublished(JsonNode metrics) {
        Map<Cell, JsonNode> byCell = new HashMap<>();
        metrics.forEach(it -> byCell.put(Cell.of(it), it));
        Set<String> clockDependent = clockDependent();
        int compared = 0;
        for (Expected expected : WorkedExample.expected()) {
            Optional<String> path = path(expected);
            boolean imputed = expected.metric().contains("_nri_");
            if (path.isEmpty() || (imputed && clockDependent.contains(place(expected)))) {
                continue;
            }
            String cohort = expected.arm().equals("ALL") ? "all" : "arm=" + expected.arm();
            JsonNode metric = byCell.get(new Cell(expected.visit(), expected.instrument(), cohort));
            assertThat(metric).as("%s", expected).isNotNull();
            double published = metric.at('/' + path.get().replace('.', '/')).doubleValue();
            double wanted = Double.parseDouble(expected.value());
            assertThat(expected.metric().endsWith("pct") ? 100 * published : published)
                    .as("%s", expected)
                    .isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
            compared++;
        }
        assertThat(compared).isEqualTo(18 * 11 + 12 * 11 + 12 * 3 + 12 * 30 - 4 * 15);
    }

    /** Where the example left participants out whose visit was still to come, who count as missing by now. */
    private static Set<String> clockDependent() {
        Set<String> places = new HashSet<>();
        for (Expected expected : WorkedExample.expected()) {
            if (expected.metric().endsWith("_nri_n")
                    && Integer.parseInt(expected.value()) != ENROLLED.get(expected.arm())) {
                places.add(place(expected));
            }
        }
        return places;
    }

    private static String place(Expected expected) {
        return expected.arm() + ' ' + expected.visit() + ' ' + expected.instrument();
    }

    /** Where the figure stands in the JSON; empty for one that is not published. */
    private static Optional<String> path(Expected expected) {
        String name = expected.metric();
        if (expected.scope().equals("responder")) {
            String[] parts = name.split("_", 3);
            return Optional.of("responders." + parts[0].replace("resp", "").toLowerCase(Locale.ROOT)
                    + (parts[1].equals("oc") ? ".observed." : ".imputed.")
                    + (parts[2].equals("pct") ? "rate" : NAMES.getOrDefault(parts[2], parts[2])));
        }
        if (!expected.scope().equals("cohort")) {
            return Optional.empty();
        }
        if (name.startsWith("pchg_")) {
            return Optional.of("percentChange." + name.substring("pchg_".length()));
        }
        String prefix = name.startsWith("chg_") ? "change." : "";
        String figure = name.replaceFirst("^chg_", "");
        return PUBLISHED.contains(figure) ? Optional.of(prefix + NAMES.getOrDefault(figure, figure)) : Optional.empty();
    }
}

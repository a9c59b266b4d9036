package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The worked example, of which all results were checked in R, over HTTP into the running product. All its days are moved
 * by as many as make the day for which the results hold today's.
 */
class WorkedExampleIT {
    private static final double RELATIVE = 1e-9;

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private final String trial = TestKafka.unique("worked-example");
    private final long days = ChronoUnit.DAYS.between(
            LocalDate.ofInstant(WorkedExample.AS_OF, ZoneOffset.UTC), LocalDate.now(ZoneOffset.UTC));

    @Test
    void decidesAndPublishesWhatTheExampleExpects() {
        Client client = product.client();
        ObjectNode protocol = Json.MAPPER.valueToTree(WorkedExample.protocolWithPValues());
        protocol.put("trial", trial);
        assertThat(client.put(trial, protocol).status()).isEqualTo(201);
        assertThat(client.post(trial, Client.ENROLMENTS, Client.JSON, screened())
                        .status())
                .isEqualTo(202);

        for (List<Step> together : runs()) {
            String records = together.get(0).enrolment() == null ? Client.FOLLOW_UPS : Client.ENROLMENTS;
            String body = Json.MAPPER.writeValueAsString(
                    together.stream().map(this::posted).toList());
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
        await().atMost(ProductProcess.PATIENCE).untilAsserted(this::comparePublished);
    }

    private String screened() {
        return Json.MAPPER.writeValueAsString(WorkedExample.screened().stream()
                .map(it -> asPosted(Json.MAPPER.valueToTree(it)))
                .toList());
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

    private ObjectNode posted(Step step) {
        return asPosted(Json.MAPPER.valueToTree(
                Optional.<Object>ofNullable(step.enrolment()).orElse(step.followUp())));
    }

    /** As a site has it: without what the ingest-service adds; and moved to the present. */
    private ObjectNode asPosted(ObjectNode record) {
        record.remove(List.of("trial", "baseline", "valueAsSent", "receivedAt", "protocolVersion"));
        for (String day : List.of("day1", "offStudyOn", "assessedOn")) {
            if (record.has(day)) {
                record.put(
                        day,
                        LocalDate.parse(record.get(day).stringValue())
                                .plusDays(days)
                                .toString());
            }
        }
        return record;
    }

    private void comparePublished() {
        Map<String, JsonNode> completeness = latest(Topics.COMPLETENESS);
        Map<String, JsonNode> others = latest(Topics.COHORT_METRICS_UNBLINDED);
        others.putAll(latest(Topics.TRIAL_SUMMARIES));
        int compared = 0;
        int notPublished = 0;
        for (Expected expected : WorkedExample.expected()) {
            if (expected.pointer() == null) {
                notPublished++; // cohort-service compares it with what its tallies hold
                continue;
            }
            boolean counts = expected.scope().equals("completeness");
            String key = expected.key(trial);
            Map<String, JsonNode> messages = counts ? completeness : others;
            assertThat(messages).containsKey(key);
            JsonNode message = messages.get(key);
            assertThat(expected.in(counts ? message.get("counts") : message))
                    .as("%s", expected)
                    .isCloseTo(expected.number(), within(Math.abs(expected.number()) * RELATIVE));
            compared++;
        }
        assertThat(compared).isEqualTo(1241);
        assertThat(compared + notPublished).isEqualTo(1491);
    }

    private <V> Map<String, JsonNode> latest(Topic<V> topic) {
        Map<String, JsonNode> latest = new HashMap<>();
        product.process().read(topic, it -> {}).stream()
                .filter(it -> it.key().startsWith(trial + '|'))
                .forEach(it -> latest.put(it.key(), Json.MAPPER.valueToTree(it.value())));
        return latest;
    }
}

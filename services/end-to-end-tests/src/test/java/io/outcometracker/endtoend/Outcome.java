package io.outcometracker.endtoend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.endtoend.LoadedSite.Letter;
import io.outcometracker.endtoend.LoadedSite.RecordId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of a load, held against a product that was given the last version of each record once, undisturbed.
 *
 * @param sent records, as often as they were sent
 * @param acknowledged versions of records
 * @param lost versions that were acknowledged and are not in the history of their record, and records of which another
 *     version stands, or something else became
 * @param doubled scores and adverse events that are counted and should not be
 * @param different rows of metrics, completeness, participant flow and adverse events
 */
record Outcome(int sent, int acknowledged, int lost, int doubled, int different) {
    private static final List<String> REPORTS = List.of("metrics", "completeness", "summaries");

    /** After the load has ended. Waits for the product, but not for ever: whatever then differs is told. */
    static Outcome of(Load load, Client product, Client undisturbed) {
        load.trials().forEach(it -> feed(load, undisturbed, it));
        Map<String, Map<String, JsonNode>> expected =
                load.trials().stream().collect(toMap(it -> it, it -> settled(undisturbed, it)));
        try {
            await().atMost(ProductProcess.PATIENCE)
                    .untilAsserted(() -> expected.forEach(
                            (trial, rows) -> assertThat(rows(product, trial)).isEqualTo(rows)));
        } catch (ConditionTimeoutException e) {
            System.err.println(
                    "never as it should be: " + e.getMessage().lines().limit(20).toList());
        }
        int doubled = 0;
        int different = 0;
        for (var trial : expected.entrySet()) {
            Map<String, JsonNode> found = rows(product, trial.getKey());
            Set<String> keys = new HashSet<>(found.keySet());
            keys.addAll(trial.getValue().keySet());
            for (String key : keys) {
                JsonNode is = found.getOrDefault(key, Json.MAPPER.missingNode());
                JsonNode shouldBe = trial.getValue().getOrDefault(key, Json.MAPPER.missingNode());
                if (!is.equals(shouldBe)) {
                    different++;
                    System.err.printf("%s%n is        %s%n should be %s%n", key, is, shouldBe);
                }
                if (key.endsWith("cohort=all]")) {
                    doubled += Math.max(0, counted(is) - counted(shouldBe));
                }
            }
        }
        return new Outcome(load.sent(), load.acknowledged(), lost(load, product, undisturbed), doubled, different);
    }

    boolean isFlawless() {
        return lost == 0 && doubled == 0 && different == 0;
    }

    private static int counted(JsonNode row) {
        return row.path("n").asInt(0) + row.at("/adverseEvents/events").asInt(0);
    }

    private static void feed(Load load, Client undisturbed, String trial) {
        Suite.put(undisturbed, trial, "load");
        for (String kind : List.of(Client.ENROLMENTS, Client.FOLLOW_UPS, LoadedSite.ADVERSE_EVENTS)) {
            List<ObjectNode> records = load.latest(trial, kind).stream()
                    .flatMap(it -> it.records().stream())
                    .toList();
            if (!records.isEmpty()) {
                var answer = undisturbed.post(trial, kind, Client.JSON, new Letter(trial, kind, records).body());
                assertThat(answer.status()).as(answer.body()).isEqualTo(202);
                assertThat(answer.body()).doesNotContain("PENDING");
            }
        }
    }

    /** Once no more comes: what is published together is seen one after the other. */
    private static Map<String, JsonNode> settled(Client undisturbed, String trial) {
        List<Map<String, JsonNode>> seen = new ArrayList<>(List.of(Map.of()));
        await().during(Duration.ofSeconds(2)).atMost(ProductProcess.PATIENCE).until(() -> {
            Map<String, JsonNode> now = rows(undisturbed, trial);
            return now.equals(seen.set(0, now)) && !now.isEmpty();
        });
        return seen.get(0);
    }

    /** What is published, but for when it was computed and from where in the log. */
    private static Map<String, JsonNode> rows(Client client, String trial) {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (String report : REPORTS) {
            client.report(trial, report)
                    .forEach(it -> rows.put(
                            trial + ' ' + report + ' ' + Cell.of(it),
                            ((ObjectNode) it).remove(List.of("asOf", "upTo"))));
        }
        return rows;
    }

    private static int lost(Load load, Client product, Client undisturbed) {
        int lost = 0;
        for (var record : load.versions().entrySet()) {
            RecordId id = record.getKey();
            if (!id.kind().equals(Client.ENROLMENTS)) {
                JsonNode history = history(product, id);
                Set<Integer> versions = new HashSet<>(record.getValue());
                history.forEach(it -> versions.remove(it.get("version").intValue()));
                String stands = standing(history);
                String shouldStand = standing(history(undisturbed, id));
                if (!versions.isEmpty() || !stands.equals(shouldStand)) {
                    System.err.printf("%s: not there %s; is %s, should be %s%n", id, versions, stands, shouldStand);
                }
                lost += versions.size() + (stands.equals(shouldStand) ? 0 : 1);
            }
        }
        return lost;
    }

    private static JsonNode history(Client client, RecordId id) {
        List<JsonNode> answer = new ArrayList<>();
        // It may be read a little later than the figures.
        await().pollDelay(Duration.ZERO).atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            var got = client.send(client.request(
                    client.ingest(), "api/v1/trials/%s/%s/%s/history".formatted(id.trial(), id.kind(), id.code())));
            assertThat(got.status()).as("%s: %s", id, got.body()).isIn(200, 404);
            answer.add(got.json().path("versions"));
        });
        return answer.get(0);
    }

    /** What was sent on the way there depends on what was overtaken by what. */
    private static String standing(JsonNode history) {
        return Stream.of(history)
                .flatMap(JsonNode::valueStream)
                .filter(it -> it.has("disposition")
                        && !it.get("disposition").stringValue().equals("STALE"))
                .map(it -> it.get("version") + " " + it.get("disposition").stringValue())
                .distinct()
                .sorted()
                .toList()
                .toString();
    }
}

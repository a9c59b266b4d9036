package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know the arms of a masked trial, and who may not: searched for in all that others can read. */
class MaskedTrialIT {
    private static final List<String> ARMS = List.of("VERUM", "SHAM");
    /** The plan says which arms there are, never who is in one. */
    private static final Topic<?> PLAN = Topics.TRIALS;

    private static final Set<Topic<?>> UNBLINDED =
            Set.of(Topics.ENROLMENTS, Topics.COHORT_METRICS_UNBLINDED, Topics.TRIAL_SUMMARIES_UNBLINDED);

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private static final String TRIAL = TestKafka.unique("masked");
    private static Client client;

    @BeforeAll
    static void postAllThatCanBePosted() {
        client = product.client();
        Suite.read("masked").run(client, TRIAL);
        client.post(TRIAL, Client.ENROLMENTS, Client.JSON, """
                [{"participant":"P8","site":"S1","arm":"VERUM","day1":"2025-01-13"},
                 {"participant":"P9","site":"S9","arm":"VERUM","day1":"2025-01-13"},
                 {"participant":"P8","site":"S1","arm":"SHAM","day1":"2025-01-13"}]""");
        client.post(TRIAL, "adverse-events", Client.JSON, """
                {"recordId":"AE1","site":"S1","participant":"P1","term":"10003988","onsetOn":"2025-02-01",
                 "severity":"severe","serious":true}""");
        client.post(TRIAL, "unblindings", Client.JSON, """
                {"participant":"P2","by":"DR-7","reason":"emergency treatment"}""");
        client.post(TRIAL, "erasures", Client.JSON, """
                {"participant":"P8","orderedBy":"DPO-1","reason":"erasure granted"}""");
    }

    static Stream<Topic<?>> topicsOfOthers() {
        return Topics.all().stream().filter(it -> !UNBLINDED.contains(it) && !it.equals(PLAN));
    }

    private static List<String> messages(Topic<?> topic) {
        return product
                .process()
                .read(topic.name(), new StringDeserializer(), new StringDeserializer(), it -> {})
                .stream()
                .map(it -> it.key() + ' ' + it.value() + ' ' + it.headers())
                .filter(it -> it.contains(TRIAL))
                .toList();
    }

    @Test
    void theUnblindedTopicsHaveTheArms() {
        for (Topic<?> topic : List.of(Topics.COHORT_METRICS_UNBLINDED, Topics.TRIAL_SUMMARIES_UNBLINDED)) {
            await().atMost(ProductProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(messages(topic))
                            .anySatisfy(it -> assertThat(it).contains("|arm=VERUM"))
                            .anySatisfy(it -> assertThat(it).contains("|arm=SHAM")));
        }
    }

    @ParameterizedTest
    @MethodSource("topicsOfOthers")
    void noTopicOfOthersDoes(Topic<?> topic) {
        assertThat(messages(topic)).noneMatch(MaskedTrialIT::namesAnArm);
    }

    @Test
    void whatOthersReadIsThere() {
        for (Topic<?> topic : List.of(
                Topics.COHORT_METRICS,
                Topics.COMPLETENESS,
                Topics.TRIAL_SUMMARIES,
                Topics.DISPOSITIONS,
                Topics.FOLLOW_UPS,
                Topics.ADVERSE_EVENTS,
                Topics.UNBLINDINGS,
                Topics.ERASURES,
                Topics.REJECTIONS)) {
            await().atMost(ProductProcess.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(messages(topic)).as(topic.name()).isNotEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics", "completeness", "participant-flow", "adverse-events"})
    void noReportDoes(String report) {
        for (String accepted : List.of(Client.JSON, Client.CSV)) {
            String path = "api/v1/trials/" + TRIAL + "/" + report;
            assertThat(client.get(path, accepted).body()).contains(TRIAL).matches(it -> !namesAnArm(it));
            assertThat(client.get(path + "?by=arm", accepted).body()).doesNotContain(TRIAL);
        }
    }

    /** Which arms were planned is no secret. */
    @Test
    void theListOfTrialsNamesArmsAsPlannedButNoCohortOfOne() {
        var summary = client.get("api/v1/trials")
                .json()
                .valueStream()
                .filter(it -> it.get("trial").stringValue().equals(TRIAL))
                .findFirst()
                .orElseThrow();

        assertThat(summary.get("cohorts").toString()).contains("all").matches(it -> !namesAnArm(it));
    }

    @Test
    void noFateOfARecordDoes() {
        assertThat(client.send(client.request(client.ingest(), "api/v1/trials/" + TRIAL + "/follow-ups/P1-M4"))
                        .body())
                .contains("APPLIED")
                .matches(it -> !namesAnArm(it));
    }

    @Test
    void noErrorToASiteDoes() {
        for (String broken : List.of(
                "{\"recordId\":\"X\",\"participant\":\"P1\",\"arm\":\"?\"}",
                "{\"recordId\":\"P1-M4\",\"site\":\"S2\",\"participant\":\"P1\",\"visit\":\"M9\",\"instrument\":\"?\"}",
                "[",
                "")) {
            assertThat(client.post(TRIAL, Client.FOLLOW_UPS, Client.JSON, broken)
                            .body())
                    .isNotEmpty()
                    .matches(it -> !namesAnArm(it));
        }
    }

    @Test
    void noSeriesDoes() {
        for (Client.Answer scrape : List.of(
                client.get("actuator/prometheus", "text/plain"),
                client.send(client.request(client.ingest(), "actuator/prometheus")))) {
            // Another trial of this build may be open, or unblinded.
            assertThat(scrape.body().lines().filter(it -> !it.contains("trial=\"") || it.contains(TRIAL)))
                    .anyMatch(it -> it.contains(TRIAL))
                    .noneMatch(MaskedTrialIT::namesAnArm);
        }
    }

    @Test
    void theLogDoesNot() throws IOException {
        assertThat(Files.readString(product.process().log())).isNotEmpty().matches(it -> !namesAnArm(it));
    }

    private static boolean namesAnArm(String text) {
        return ARMS.stream().anyMatch(text::contains);
    }
}

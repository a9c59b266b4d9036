package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may know the arms of a masked trial, and who may not. */
class MaskedTrialIT {
    private static final List<String> ARMS = List.of("VERUM", "SHAM");

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private static final String TRIAL = TestKafka.unique("masked");
    private static Client client;

    @BeforeAll
    static void post() {
        client = product.client();
        Suite.read("masked").run(client, TRIAL);
    }

    private static List<String> messages(Topic<?> topic) {
        return product
                .process()
                .read(topic.name(), new StringDeserializer(), new StringDeserializer(), it -> {})
                .stream()
                .filter(it -> it.key().startsWith(TRIAL + '|'))
                .map(it -> it.key() + ' ' + it.value())
                .toList();
    }

    @Test
    void theUnblindedTopicHasTheArms() {
        await().atMost(ProductProcess.PATIENCE)
                .untilAsserted(() -> assertThat(messages(Topics.COHORT_METRICS_UNBLINDED))
                        .anySatisfy(it -> assertThat(it).contains("M4|NRS|arm=VERUM"))
                        .anySatisfy(it -> assertThat(it).contains("M4|NRS|arm=SHAM")));
    }

    @Test
    void noTopicOfOthersDoes() {
        assertThat(messages(Topics.COHORT_METRICS)).isNotEmpty().noneMatch(MaskedTrialIT::namesAnArm);
        assertThat(messages(Topics.DISPOSITIONS)).isNotEmpty().noneMatch(MaskedTrialIT::namesAnArm);
        assertThat(messages(Topics.FOLLOW_UPS)).isNotEmpty().noneMatch(MaskedTrialIT::namesAnArm);
    }

    @Test
    void noAnswerAboutMetricsDoes() {
        for (String accepted : List.of(Client.JSON, Client.CSV)) {
            String body =
                    client.get("api/v1/trials/" + TRIAL + "/metrics", accepted).body();
            assertThat(body).contains(TRIAL).matches(it -> !namesAnArm(it));
            assertThat(client.get("api/v1/trials/" + TRIAL + "/metrics?by=arm", accepted)
                            .body())
                    .doesNotContain(TRIAL);
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

        assertThat(summary.get("cohorts").toString()).contains("site").matches(it -> !namesAnArm(it));
    }

    @Test
    void noSeriesDoes() {
        assertThat(client.get("actuator/prometheus", "text/plain").body())
                .contains("outcomes_cohort_mean{")
                .matches(it -> !namesAnArm(it));
        assertThat(client.send(client.request(client.ingest(), "actuator/prometheus"))
                        .body())
                .contains(TRIAL)
                .matches(it -> !namesAnArm(it));
    }

    @Test
    void theLogDoesNot() throws IOException {
        assertThat(Files.readString(product.process().log())).isNotEmpty().matches(it -> !namesAnArm(it));
    }

    private static boolean namesAnArm(String text) {
        return ARMS.stream().anyMatch(text::contains);
    }
}

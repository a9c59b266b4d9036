package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.TestKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Who follows a trial is told all that changes, once, in any order of instances and disconnections. */
@ExtendWith(OutputCaptureExtension.class)
class TrialStreamsIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static RunningService service;

    private final String trial = TestKafka.unique("T");
    private int next;

    @BeforeAll
    static void start() {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        service = new RunningService(kafka.bootstrapServers());
        await().until(service::isReady);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private CohortMetric metric(String visit, double score) {
        return SampleMetric.of(trial, visit, "NRS", Cohort.ALL, 3, score);
    }

    private void publish(CohortMetric... metrics) {
        publish(List.of(metrics));
    }

    private static void publish(List<CohortMetric> metrics) {
        kafka.produce(
                new StringSerializer(),
                Topics.COHORT_METRICS.serde().serializer(),
                metrics.stream()
                        .map(it -> new ProducerRecord<>(Topics.COHORT_METRICS.name(), it.key(), it))
                        .toList());
    }

    private void publishPlan() {
        kafka.produce(Topics.TRIALS, trial, SampleTrial.protocol(trial));
        await().until(() -> service.get("/api/v1/trials").body().contains(trial));
    }

    private static JsonNode json(Object value) {
        return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(value));
    }

    private static void assertRows(EventReader reader, String resource, Object... rows) {
        await().untilAsserted(() -> assertThat(reader.rows(resource))
                .containsExactlyInAnyOrderElementsOf(
                        List.of(rows).stream().map(TrialStreamsIT::json).toList()));
    }

    @Test
    void tellsWhatIsThereAndThenWhatChanges() {
        publishPlan();
        publish(metric("M3", 5));
        Completeness completeness = SampleMetric.completeness(trial, "M6", "NRS", Cohort.ALL);
        TrialSummary summary = SampleMetric.summary(trial, Cohort.ALL);
        await().untilAsserted(() -> assertThat(service.metrics(trial)).hasSize(1));

        try (EventReader reader = service.events(trial)) {
            assertRows(reader, "metrics", metric("M3", 5));
            assertThat(reader.names()).startsWith("reset", "trial", "metrics", "current");
            assertThat(reader.events().get(1).data().path("trial").stringValue())
                    .isEqualTo(trial);

            publish(metric("M3", 4), metric("M6", 6));
            kafka.produce(Topics.COMPLETENESS, completeness.key(), completeness);
            kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), summary);

            assertRows(reader, "metrics", metric("M3", 4), metric("M6", 6));
            assertRows(reader, "completeness", completeness);
            assertRows(reader, "participant-flow", CohortFlow.of(summary));
            assertRows(reader, "adverse-events", CohortAdverseEvents.of(summary));

            kafka.produce(Topics.COHORT_METRICS, metric("M3", 4).key(), null);
            kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), null);
            assertRows(reader, "metrics", metric("M6", 6));
            assertRows(reader, "participant-flow");
            assertRows(reader, "adverse-events");
            assertThat(reader.names()).containsOnlyOnce("reset");
            assertThat(reader.events())
                    .allSatisfy(it -> assertThat(it.id() != null && !it.id().isEmpty())
                            .isEqualTo(it.name().equals("current")));
        }
    }

    @Test
    void goesOnWhereAReaderWasCutOffOnAnyInstanceAlsoOneThatHasStartedSince() {
        publishPlan();
        publish(metric("BL", 7), metric("M3", 5), metric("M6", 4));
        await().untilAsserted(() -> assertThat(service.metrics(trial)).hasSize(3));
        String id;
        Map<String, JsonNode> before;
        try (EventReader reader = service.events(trial)) {
            id = reader.id();
            before = reader.state(Map.of());
            assertThat(reader.rows("metrics")).hasSize(3);
        }

        publish(metric("M3", 2), metric("M12", 3));
        kafka.produce(Topics.COHORT_METRICS, metric("M6", 4).key(), null);
        await().untilAsserted(() ->
                assertThat(service.metrics(trial)).containsExactly(metric("BL", 7), metric("M3", 2), metric("M12", 3)));

        try (RunningService restarted = new RunningService(kafka.bootstrapServers())) {
            await().until(restarted::isReady);
            for (RunningService instance : List.of(service, restarted)) {
                try (EventReader reader = instance.events(trial, "Last-Event-ID", id);
                        EventReader another = instance.events(trial)) {
                    assertThat(another.id()).isNotNull();
                    await().until(() -> reader.state(before).equals(another.state(Map.of())));
                    assertThat(reader.names())
                            .as("no more than what has changed")
                            .startsWith("trial", "metrics")
                            .doesNotContain("reset")
                            .contains("removed");
                    assertThat(reader.rows("metrics")).hasSize(2);
                }
            }
        }
    }

    @Test
    void tellsWhoHasAnIdThatLeadsNowhereEverythingAnew() {
        publishPlan();
        publish(metric("M3", 5));
        await().untilAsserted(() -> assertThat(service.metrics(trial)).hasSize(1));
        String id;
        try (EventReader reader = service.events(trial)) {
            id = reader.id();
        }
        String[] parts = id.split("\\.");

        Map.of(
                        "none",
                        "secret-4711",
                        "of other topics, or another filter",
                        "0123456789abcdef." + parts[1] + '.' + parts[2],
                        "from when removals may have been forgotten since",
                        parts[0] + ".1." + parts[2],
                        "of what is not on Kafka",
                        id + "zzzz")
                .forEach((why, other) -> {
                    try (EventReader reader = service.events(trial, "Last-Event-ID", other)) {
                        await().untilAsserted(() ->
                                assertThat(reader.names()).as(why).startsWith("reset", "trial", "metrics", "current"));
                    }
                });
    }

    @Test
    void tellsAReaderWhoIsSlowTheLatestAndHoldsUpNobody() throws IOException {
        publishPlan();
        List<String> visits = IntStream.range(0, 40).mapToObj(it -> "V" + it).toList();
        int rounds = 200;
        URI address = URI.create(service.address());
        try (Socket slow = new Socket();
                EventReader fast = service.events(trial)) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()));
            slow.getOutputStream()
                    .write(("GET /api/v1/trials/" + trial + "/events HTTP/1.0\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            for (int round = 1; round <= rounds; round++) {
                double score = round;
                publish(visits.stream().map(it -> metric(it, score)).toList());
            }
            await().untilAsserted(() -> assertThat(fast.rows("metrics"))
                    .hasSize(visits.size())
                    .allMatch(it -> it.path("mean").doubleValue() == rounds));

            Map<String, Double> seen = new TreeMap<>();
            int told = 0;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8))) {
                while (seen.size() < visits.size() || seen.values().stream().anyMatch(it -> it != rounds)) {
                    String line = lines.readLine();
                    if (line.startsWith("data:{\"trial\":\"" + trial + "\",\"visit\"")) {
                        JsonNode row = Json.MAPPER.readTree(line.substring("data:".length()));
                        double score = row.path("mean").doubleValue();
                        Double last = seen.put(row.path("visit").stringValue(), score);
                        assertThat(score).isGreaterThan(last == null ? 0 : last);
                        told++;
                    }
                }
            }
            assertThat(told).isLessThan(visits.size() * rounds);
        }
    }

    @Test
    void doesNotComplainOfReadersWhoLeave(CapturedOutput log) {
        publishPlan();
        for (int i = 0; i < 20; i++) {
            try (EventReader reader = service.events(trial)) {
                assertThat(reader.id()).isNotEmpty();
            }
            publish(metric("M3", i));
        }
        double last = 99;
        publish(metric("M3", last));
        try (EventReader reader = service.events(trial)) {
            assertRows(reader, "metrics", metric("M3", last));
        }
        assertThat(log.getAll()).doesNotContain("Could not", "Exception");
    }

    @Test
    void hasRoomForAsManyAsAreLet() {
        publishPlan();
        try (RunningService small = new RunningService(kafka.bootstrapServers(), "--outcomes.metrics.streams=1")) {
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(small.head("/api/v1/trials/" + trial + "/events"))
                            .as("who asks for the head of it does not follow")
                            .isEqualTo(200));
            EventReader reader = followed(small);
            assertThat(reader.id()).isNotEmpty();

            var refused = small.get("/api/v1/trials/" + trial + "/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(refused.body()).contains("too-many-streams");

            reader.close();
            await().atMost(TIMEOUT).untilAsserted(() -> {
                // Who has left is missed when there is something to tell.
                publish(metric("M3", next++));
                followed(small).close();
            });
        }
    }

    @Test
    void auditsWhoFollowsWhatNamesArms() {
        publishPlan();
        CohortMetric arm = SampleMetric.everything(trial, "M6", "NRS", Cohort.arm("SHAM"));
        kafka.produce(Topics.COHORT_METRICS_UNBLINDED, arm.key(), arm);

        try (RunningService unblinded =
                        new RunningService(kafka.bootstrapServers(), "--outcomes.metrics.audience=unblinded");
                EventReader reader = followed(unblinded)) {
            assertRows(reader, "metrics", arm);
            assertRows(reader, "completeness", SampleMetric.completeness(trial, "M6", "NRS", Cohort.arm("SHAM")));
            assertThat(kafka.read(Topics.AUDIT, it -> assertThat(it).isNotEmpty()))
                    .filteredOn(it -> it.key().equals(trial))
                    .extracting(
                            it -> it.value().action(), it -> it.value().object().id())
                    .containsExactly(tuple(AuditEntry.Action.UNBLINDED_READ, "events"));
        }
    }

    private EventReader followed(RunningService instance) {
        await().until(instance::isReady);
        return instance.events(trial);
    }

    @Test
    void endsAtOnceWithTheService() {
        publishPlan();
        RunningService another = new RunningService(kafka.bootstrapServers());
        try (EventReader reader = followed(another)) {
            assertThat(reader.id()).isNotEmpty();
            another.close();
            assertThat(reader.isEnded()).isTrue();
        }
    }
}

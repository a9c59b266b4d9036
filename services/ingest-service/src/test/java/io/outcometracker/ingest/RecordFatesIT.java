package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** What is known of records outlives the service, and its disk. */
class RecordFatesIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    Path disk;

    private final String trial = TestKafka.unique("T");

    private ConfigurableApplicationContext start(Path state) {
        ConfigurableApplicationContext service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        Site.KEY_SETTING,
                        "--spring.kafka.streams.state-dir=" + state,
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers());
        assertThat(site(service)
                        .put("/api/v1/trials/" + trial, "application/yaml", """
                version: 1
                sites: [S01]
                visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1}]
                instruments: [{code: NRS, min: 0, max: 10, decimals: 0, higherIsWorse: true}]
                """)
                        .statusCode())
                .isIn(200, 201);
        return service;
    }

    private static Site site(ConfigurableApplicationContext service) {
        return Site.of(service);
    }

    private Disposition decide(String participant, String recordId, int version, Fate fate) {
        Disposition disposition = new Disposition(
                trial, participant, Subject.FOLLOW_UP, recordId, version, fate, version, fate, Instant.EPOCH);
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);
        return disposition;
    }

    private HttpResponse<String> get(Site site, String recordId) {
        return site.get("/api/v1/trials/" + trial + "/follow-ups/" + recordId);
    }

    private void assertHeld(Site site, Disposition decided) {
        HttpResponse<String> answer = get(site, String.valueOf(decided.recordId()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(answer.body()).at("/records"))
                .contains(Json.MAPPER.<JsonNode>valueToTree(decided));
    }

    @Test
    void findsRecordsAfterARestartWithItsDiskAndWithAnEmptyOne() {
        Disposition kept;
        try (ConfigurableApplicationContext service = start(disk.resolve("a"))) {
            kept = decide("P1", "R1", 1, Fate.APPLIED);
            await().untilAsserted(() -> assertHeld(site(service), kept));
        }
        Disposition meanwhile = decide("P2", "R1", 1, Fate.CONFLICT);
        Disposition another = decide("P1", "R2", 2, Fate.RETRACTED);

        for (String state : new String[] {"a", "b"}) {
            try (ConfigurableApplicationContext service = start(disk.resolve(state))) {
                // Without waiting: the port opens when all is read.
                assertHeld(site(service), kept);
                assertHeld(site(service), meanwhile);
                assertHeld(site(service), another);
                assertThat(get(site(service), "P1").statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void readsOnlyWhatIsCommittedAndPassesOverWhatIsNoDisposition() throws Exception {
        Disposition taken =
                new Disposition(trial, "P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        trial),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            String topic = Topics.DISPOSITIONS.name();
            byte[] disposition = Topics.DISPOSITIONS.serde().serializer().serialize(topic, taken);
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, taken.key(), disposition)).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, taken.key(), "{".getBytes(StandardCharsets.UTF_8)))
                    .get();
            producer.commitTransaction();
        }
        Disposition after = decide("P1", "R2", 1, Fate.APPLIED);

        try (ConfigurableApplicationContext service = start(disk)) {
            assertHeld(site(service), after);
            assertThat(get(site(service), "R1").statusCode()).isEqualTo(404);

            Disposition live = decide("P1", "R3", 1, Fate.APPLIED);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertHeld(site(service), live));
        }
    }
}

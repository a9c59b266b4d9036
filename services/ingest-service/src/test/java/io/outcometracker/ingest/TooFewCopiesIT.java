package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.KafkaAccess;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kafka.server.BrokerServer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** On two brokers that must both have a record, one of which goes away. */
class TooFewCopiesIT {
    private static final String TRIAL = "/api/v1/trials/T1";
    private static final String PROTOCOL = """
            version: 1
            sites: [S01]
            visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1}]
            instruments: [{code: NRS, decimals: 0, higherIsWorse: true}]
            """;

    @TempDir
    Path state;

    private KafkaClusterTestKit cluster;

    @BeforeEach
    void startKafka() throws Exception {
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumBrokerNodes(2)
                .setNumControllerNodes(1)
                .build();
        cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("default.replication.factor", "2")
                .setConfigProp("min.insync.replicas", "2")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    @AfterEach
    void stopKafka() throws Exception {
        cluster.close();
    }

    @Test
    void answers503UntilThereAreEnoughAgainAndLosesNothingThatItAcknowledged() {
        try (ConfigurableApplicationContext service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        Site.KEY_SETTING,
                        "--outcomes.ingest.ack-timeout=1s",
                        "--spring.kafka.streams.state-dir=" + state,
                        "--spring.kafka.bootstrap-servers=" + cluster.bootstrapServers())) {
            losesNothing(Site.of(service));
        }
    }

    private void losesNothing(Site site) {
        eventually(
                () -> assertThat(site.put(TRIAL, "application/yaml", PROTOCOL).statusCode())
                        .isIn(200, 201));
        List<String> acknowledged = new ArrayList<>();
        eventually(() -> assertThat(post(site, "R1", "json").statusCode()).isEqualTo(202));
        acknowledged.add("R1");
        BrokerServer second = cluster.brokers().get(1);

        second.shutdown();
        second.awaitShutdown();

        for (String type : List.of("json", "x-ndjson")) {
            eventually(() -> {
                HttpResponse<String> answer = post(site, "R2", type);
                if (answer.statusCode() == 202) {
                    acknowledged.add("R2");
                }
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
            });
        }

        second.startup();

        eventually(() -> assertThat(post(site, "R3", "json").statusCode()).isEqualTo(202));
        acknowledged.add("R3");
        KafkaAccess kafka = cluster::bootstrapServers;
        kafka.read(
                Topics.FOLLOW_UPS,
                all -> assertThat(all).extracting(it -> it.value().recordId()).containsAll(acknowledged));
    }

    private static HttpResponse<String> post(Site site, String recordId, String type) {
        return site.send(site.request(TRIAL + "/follow-ups")
                .header("Content-Type", "application/" + type)
                .POST(BodyPublishers.ofString("""
                        {"recordId": "%s", "site": "S01", "participant": "P1", "visit": "BL", "instrument": "NRS", "value": 4, "assessedOn": "2026-01-05"}""".formatted(recordId)))
                .build());
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(assertion);
    }
}

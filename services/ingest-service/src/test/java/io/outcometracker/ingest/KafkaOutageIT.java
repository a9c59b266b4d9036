package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import kafka.server.BrokerServer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** On a broker of its own, which goes away. */
class KafkaOutageIT {
    private static final String TRIAL = "/api/v1/trials/T1";
    private static final String PROTOCOL = """
            version: 1
            sites: [S01]
            visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1}]
            instruments: [{code: NRS, decimals: 0, higherIsWorse: true}]
            """;
    private static final String FOLLOW_UP = """
            {"recordId": "R1", "site": "S01", "participant": "P1", "visit": "BL", "instrument": "NRS", "value": 4,
             "assessedOn": "2026-01-05"}""";

    @TempDir
    Path state;

    private KafkaClusterTestKit cluster;

    @BeforeEach
    void startKafka() throws Exception {
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build();
        cluster = new KafkaClusterTestKit.Builder(nodes).build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    @AfterEach
    void stopKafka() throws Exception {
        cluster.close();
    }

    @Test
    void answers503WhileKafkaIsAwayAndRecovers() {
        BrokerServer broker = cluster.brokers().values().iterator().next();
        try (ConfigurableApplicationContext service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        Site.KEY_SETTING,
                        "--outcomes.ingest.ack-timeout=1s",
                        "--spring.kafka.streams.state-dir=" + state,
                        "--spring.kafka.bootstrap-servers=" + cluster.bootstrapServers())) {
            Site site = Site.of(service);
            site.put(TRIAL, "application/yaml", PROTOCOL);
            eventually(() -> assertThat(post(site)).isEqualTo(202));

            broker.shutdown();

            HttpResponse<String> refused = site.post(TRIAL + "/follow-ups", FOLLOW_UP);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(site.get(TRIAL).statusCode()).isEqualTo(200);
            eventually(() -> assertThat(readiness(site)).isEqualTo(503));
            assertThat(site.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

            broker.startup();

            eventually(() -> assertThat(post(site)).isEqualTo(202));
            eventually(() -> assertThat(readiness(site)).isEqualTo(200));
            assertThat(site.put(TRIAL, "application/yaml", PROTOCOL.replace("version: 1", "version: 2"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static int post(Site site) {
        return site.post(TRIAL + "/follow-ups", FOLLOW_UP).statusCode();
    }

    private static int readiness(Site site) {
        return site.get("/actuator/health/readiness").statusCode();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(assertion);
    }
}

package io.outcometracker.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import kafka.server.BrokerServer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** On a broker of its own, which goes away. */
class KafkaOutageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path state;

    private KafkaClusterTestKit cluster;

    @BeforeEach
    void startKafka() throws Exception {
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build();
        cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
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
    void livesOnWhileKafkaIsAway() throws Exception {
        BrokerServer broker = cluster.brokers().values().iterator().next();
        try (ConfigurableApplicationContext service = CohortApplication.application()
                .run(
                        "--server.port=0",
                        "--spring.kafka.bootstrap-servers=" + cluster.bootstrapServers(),
                        "--spring.kafka.streams.state-dir=" + state)) {
            await().atMost(PATIENCE).until(() -> status(service, "readiness") == 200);

            broker.shutdown();

            assertThat(status(service, "liveness")).isEqualTo(200);

            broker.startup();

            await().atMost(PATIENCE).until(() -> status(service, "readiness") == 200);
            assertThat(status(service, "liveness")).isEqualTo(200);
        }
    }

    private static int status(ConfigurableApplicationContext service, String probe) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port")
                + "/actuator/health/" + probe);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }
}

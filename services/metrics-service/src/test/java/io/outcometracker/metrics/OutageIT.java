package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** With brokers of its own, to take away. */
class OutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

    @AfterEach
    void stop() {
        broker.destroy();
    }

    private void startBroker() {
        broker.brokerListProperty(EmbeddedKafkaBroker.SPRING_EMBEDDED_KAFKA_BROKERS);
        broker.afterPropertiesSet();
    }

    @Test
    void goesOnShowingWhatItHasWhileKafkaIsAwayAndFollowsWhenItIsBack() throws Exception {
        startBroker();
        TopicSetup.ensure(settings(), Topics.all());
        CohortMetric before = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, 5);
        CohortMetric after = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, 4);
        publish(before);
        try (RunningService service = new RunningService(broker.getBrokersAsString())) {
            await().atMost(PATIENCE).until(service::isReady);
            assertThat(service.metrics("T1")).containsExactly(before);

            broker.getCluster().brokers().get(0).shutdown();
            broker.getCluster().brokers().get(0).awaitShutdown();

            await().atMost(PATIENCE).until(() -> service.viewAge() > 3);
            assertThat(service.metrics("T1")).containsExactly(before);
            assertThat(service.isReady()).isTrue();

            broker.getCluster().brokers().get(0).startup();
            publish(after);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metrics("T1")).containsExactly(after));
            await().atMost(PATIENCE).until(() -> service.viewAge() < 2);
        }
    }

    @Test
    void startsWithoutKafkaAndSaysSo() {
        try (RunningService service = new RunningService("127.0.0.1:1")) {
            assertThat(service.isReady()).isFalse();
            HttpResponse<String> trials = service.get("/api/v1/trials");
            assertThat(trials.statusCode()).isEqualTo(503);
            assertThat(trials.headers().firstValue("Retry-After")).contains("1");
            assertThat(service.get("/").statusCode()).isEqualTo(200);
            assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void waitsForTopicsThatDoNotExistYet() throws Exception {
        startBroker();
        try (RunningService service = new RunningService(broker.getBrokersAsString())) {
            assertThat(service.isReady()).isFalse();

            TopicSetup.ensure(settings(), Topics.all());
            CohortMetric metric = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, 5);
            publish(metric);

            await().atMost(PATIENCE).until(service::isReady);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.metrics("T1")).containsExactly(metric));
        }
    }

    private Map<String, Object> settings() {
        return Map.of("bootstrap.servers", broker.getBrokersAsString());
    }

    private void publish(CohortMetric metric) throws Exception {
        try (var producer = new KafkaProducer<>(
                settings(),
                new StringSerializer(),
                Topics.COHORT_METRICS.serde().serializer())) {
            producer.send(new ProducerRecord<>(Topics.COHORT_METRICS.name(), metric.key(), metric))
                    .get();
        }
    }
}

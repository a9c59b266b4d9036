package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topics;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

class OutageIT {
    private static final CohortMetric BEFORE = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, 5);
    private static final CohortMetric AFTER = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, 4);

    @Test
    void goesOnShowingWhatItHasWhileKafkaIsAwayAndFollowsWhenItIsBack() {
        try (OwnBroker broker = new OwnBroker();
                RunningService service = new RunningService(broker.bootstrapServers())) {
            broker.createTopics();
            broker.publish(BEFORE);
            patiently().untilAsserted(() -> assertThat(service.metrics("T1")).containsExactly(BEFORE));

            broker.shutDown();

            patiently().until(() -> service.viewAge() > 3);
            assertThat(service.metrics("T1")).containsExactly(BEFORE);
            assertThat(service.isReady()).isTrue();
            assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

            broker.startUp();
            broker.publish(AFTER);

            patiently().untilAsserted(() -> assertThat(service.metrics("T1")).containsExactly(AFTER));
            patiently().until(() -> service.viewAge() < 2);
        }
    }

    @Test
    void startsWithoutKafkaAndSaysSo() {
        try (RunningService service = new RunningService("127.0.0.1:1")) {
            assertThat(service.isReady()).isFalse();
            HttpResponse<String> trials = service.get("/api/v1/trials");
            assertThat(trials.statusCode()).isEqualTo(503);
            assertThat(trials.headers().firstValue("Retry-After")).contains("1");
            assertThat(service.viewAge()).isNaN();
            assertThat(service.get("/").statusCode()).isEqualTo(200);
            assertThat(service.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void waitsForTopicsThatDoNotExistYet() {
        try (OwnBroker broker = new OwnBroker();
                RunningService service = new RunningService(broker.bootstrapServers())) {
            assertThat(service.isReady()).isFalse();

            broker.createTopics();
            broker.publish(BEFORE);

            patiently().until(service::isReady);
            patiently().untilAsserted(() -> assertThat(service.metrics("T1")).containsExactly(BEFORE));
        }
    }

    @Test
    void startsOverWhenATopicWasMadeAnew() throws Exception {
        try (OwnBroker broker = new OwnBroker();
                RunningService service = new RunningService(broker.bootstrapServers());
                Admin admin = Admin.create(broker.settings())) {
            broker.createTopics();
            broker.publish(BEFORE);
            broker.publish(SampleMetric.of("T2", "M6", "NRS", Cohort.ALL, 3, 5));
            patiently().untilAsserted(() -> assertThat(service.metrics("T2")).hasSize(1));

            admin.deleteTopics(List.of(Topics.COHORT_METRICS.name())).all().get(30, TimeUnit.SECONDS);
            // The broker may not know for a moment what it has just deleted and created.
            patiently().ignoreExceptions().untilAsserted(broker::createTopics);
            broker.publish(AFTER);

            patiently().untilAsserted(() -> {
                assertThat(service.metrics("T1")).containsExactly(AFTER);
                assertThat(service.get("/api/v1/trials/T2/metrics").statusCode())
                        .isEqualTo(404);
            });
        }
    }

    @Test
    void readsPartitionsThatAreAddedLater() throws Exception {
        try (OwnBroker broker = new OwnBroker();
                RunningService service = new RunningService(
                        broker.bootstrapServers(), "--spring.kafka.consumer.properties[metadata.max.age.ms]=500")) {
            broker.createTopics();
            patiently().until(service::isReady);

            broker.increasePartitions(Topics.COHORT_METRICS, 12);
            CohortMetric[] metrics = IntStream.range(0, 40)
                    .mapToObj(it -> SampleMetric.of("T1", "V" + it, "NRS", Cohort.ALL, 3, 5))
                    .toArray(CohortMetric[]::new);
            broker.publish(metrics);

            patiently().untilAsserted(() -> assertThat(service.metrics("T1")).containsExactlyInAnyOrder(metrics));
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }
}

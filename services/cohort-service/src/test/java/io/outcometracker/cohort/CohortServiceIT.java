package io.outcometracker.cohort;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.WorkedExample;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

class CohortServiceIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private static final OffsetAndMetadata NOTHING = new OffsetAndMetadata(0);

    @TempDir
    Path state;

    /** A trial of its own for each test, as all share the broker. */
    private final String trial = TestKafka.unique("T");

    private final String application = TestKafka.unique("outcomes-cohort-service");

    @BeforeEach
    void plan() {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        plan(1, false, null);
    }

    private void plan(int version, boolean masked, @Nullable Disclosure disclosure) {
        Protocol it = WorkedExample.protocol();
        kafka.produce(
                Topics.TRIALS,
                trial,
                new Protocol(
                        trial,
                        it.title(),
                        version,
                        masked,
                        it.arms(),
                        it.sites(),
                        it.visits(),
                        it.instruments(),
                        it.groupings(),
                        false,
                        disclosure,
                        null));
    }

    private ConfigurableApplicationContext start(Path stateDirectory) {
        return start(application, stateDirectory, true);
    }

    private static ConfigurableApplicationContext start(String application, Path stateDirectory, boolean publish) {
        return CohortApplication.application()
                .run(
                        "--server.port=0",
                        "--outcomes.cohort.publish=" + publish,
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--spring.kafka.streams.application-id=" + application,
                        "--spring.kafka.streams.state-dir=" + stateDirectory,
                        // As in a deployment: its successor need not wait for it.
                        "--spring.kafka.streams.properties.group.instance.id=one");
    }

    private void enrol(String participant) {
        Enrolment enrolment = Reports.enrolment(participant).trial(trial).build();
        kafka.produce(Topics.ENROLMENTS, enrolment.key().toString(), enrolment);
    }

    private void report(String participant, int version, int value) {
        FollowUp followUp = Reports.score(participant, "BL", "NRS", value)
                .trial(trial)
                .version(version)
                .build();
        kafka.produce(Topics.FOLLOW_UPS, followUp.key().toString(), followUp);
    }

    private void awaitMean(long n, double mean) {
        kafka.read(Topics.COHORT_METRICS, messages -> {
            CohortMetric metric = latest(messages).get(trial + "|BL|NRS|" + Cohort.ALL);
            assertThat(metric).isNotNull();
            CohortMetric.Distribution value = Objects.requireNonNull(metric.value());
            assertThat(value.n()).isEqualTo(n);
            assertThat(value.mean()).isEqualTo(mean);
        });
    }

    private static Map<String, CohortMetric> latest(List<ConsumerRecord<String, CohortMetric>> messages) {
        Map<String, CohortMetric> latest = new HashMap<>();
        messages.forEach(it -> latest.put(it.key(), it.value()));
        return latest;
    }

    @Test
    void publishesWhatItRead() {
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            report("P1", 1, 7);
            awaitMean(1, 7);
            report("P1", 2, 6);
            awaitMean(1, 6);

            kafka.read(
                    Topics.DISPOSITIONS,
                    messages -> assertThat(messages)
                            .filteredOn(it -> it.key().equals(trial + "|P1|follow-up|P1-BL-NRS"))
                            .extracting(
                                    it -> it.value().version(), it -> it.value().fate())
                            .containsExactly(tuple(1, Fate.APPLIED), tuple(2, Fate.APPLIED)));
            assertThat(health(service)).contains("\"status\":\"UP\"");
        }
    }

    @Test
    void describesItsMessagesAsCloudEvents() {
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            report("P1", 1, 7);
            awaitMean(1, 7);

            ConsumerRecord<String, CohortMetric> message = kafka.read(
                            Topics.COHORT_METRICS, it -> assertThat(it).isNotEmpty())
                    .get(0);

            assertThat(StreamSupport.stream(message.headers().spliterator(), false)
                            .map(Header::key))
                    .containsExactlyInAnyOrder(
                            "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type");
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void releasesAMaskedTrialInBatchesAndShowsItsArmsOnceItIsUnblinded() {
        String arm = trial + "|BL|NRS|arm=ACT";
        plan(2, true, new Disclosure(1, new Release(Duration.ofSeconds(1), 2), null));
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            enrol("P2");
            report("P1", 1, 7);
            kafka.read(
                    Topics.COHORT_METRICS_UNBLINDED,
                    it -> assertThat(latest(it)).containsKey(arm));
            report("P2", 1, 4);
            awaitMean(2, 5.5);
            List<ConsumerRecord<String, CohortMetric>> released =
                    kafka.read(Topics.COHORT_METRICS, it -> assertThat(it).isNotEmpty());
            assertThat(released).filteredOn(it -> it.key().startsWith(trial)).allSatisfy(it -> {
                assertThat(it.key()).isEqualTo(trial + "|BL|NRS|all");
                assertThat(it.value().upTo()).containsKey(Topics.FOLLOW_UPS.name());
            });

            kafka.produce(
                    Topics.UNBLINDINGS,
                    trial,
                    new Unblinding(trial, null, "DMC-1", Instant.EPOCH, "end of the trial", Instant.EPOCH));

            kafka.read(Topics.COHORT_METRICS, it -> assertThat(latest(it)).containsKey(arm));
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void isReplacedByOneThatBuiltItsStateAnewAndNobodySeesItOnTheWay(@TempDir Path newState) {
        String rebuilt = TestKafka.unique("outcomes-cohort-service");
        try (ConfigurableApplicationContext old = start(state)) {
            enrol("P1");
            enrol("P2");
            report("P1", 1, 7);
            awaitMean(1, 7);
            report("P1", 2, 6);
            awaitMean(1, 6);
            try (ConfigurableApplicationContext successor = start(rebuilt, newState, false)) {
                awaitRead(rebuilt);
                assertThat(health(successor)).contains("\"status\":\"UP\"");
            }
            report("P2", 1, 4);
            awaitMean(2, 5);
            assertThat(old.isRunning()).isTrue();
        }
        try (ConfigurableApplicationContext successor = start(rebuilt, newState, true)) {
            report("P2", 2, 8);
            awaitMean(2, 7);
            assertThat(successor.isRunning()).isTrue();
        }

        // The successor first publishes what it had when it was stopped, but nothing of the way there.
        List<ConsumerRecord<String, CohortMetric>> published =
                kafka.read(Topics.COHORT_METRICS, it -> assertThat(it).isNotEmpty());
        assertThat(published)
                .filteredOn(it -> it.key().equals(trial + "|BL|NRS|all"))
                .extracting(it -> Objects.requireNonNull(it.value().value()))
                .filteredOn(it -> it.n() > 0)
                .extracting(CohortMetric.Distribution::n, CohortMetric.Distribution::mean)
                .containsSubsequence(tuple(1L, 7.0), tuple(1L, 6.0), tuple(2L, 5.0), tuple(2L, 7.0))
                .containsOnlyOnce(tuple(1L, 7.0));
        kafka.read(
                Topics.DISPOSITIONS,
                messages -> assertThat(messages)
                        .filteredOn(it -> it.key().equals(trial + "|P2|follow-up|P2-BL-NRS"))
                        .extracting(it -> it.value().version())
                        .endsWith(1, 2));
    }

    /** Waits until the application has read all follow-ups that there are. */
    private static void awaitRead(String application) {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            await().atMost(TestKafka.TIMEOUT).untilAsserted(() -> {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(application)
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
                for (int i = 0; i < Topics.FOLLOW_UPS.partitions(); i++) {
                    partitions.put(new TopicPartition(Topics.FOLLOW_UPS.name(), i), OffsetSpec.latest());
                }
                admin.listOffsets(partitions)
                        .all()
                        .get()
                        .forEach((partition, end) -> assertThat(
                                        end.offset() == 0
                                                ? 0
                                                : read.getOrDefault(partition, NOTHING)
                                                        .offset())
                                .as("position in %s", partition)
                                .isEqualTo(end.offset()));
            });
        }
    }

    @Test
    void appliesANewProtocolToWhatItHas() {
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            report("P1", 1, 7);
            awaitMean(1, 7);

            plan(2, false, null);

            kafka.read(
                    Topics.COHORT_METRICS,
                    messages -> assertThat(latest(messages).get(trial + "|BL|NRS|all"))
                            .isNotNull()
                            .extracting(CohortMetric::protocolVersion)
                            .isEqualTo(2));
            kafka.read(
                    Topics.TRIAL_SUMMARIES,
                    messages -> assertThat(messages)
                            .filteredOn(it -> it.key().equals(trial + "|all"))
                            .last()
                            .satisfies(it ->
                                    assertThat(it.value().protocolVersion()).isEqualTo(2)));
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void publishesVisitsOfWhichNothingWasReportedAndCountsThereLater() {
        String[] planned = WorkedExample.protocol().planned().stream()
                .map(it -> trial + '|' + it.visit() + '|' + it.instrument() + "|all")
                .toArray(String[]::new);
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            kafka.read(Topics.COMPLETENESS, messages -> {
                Map<String, Long> overdue = new HashMap<>();
                messages.forEach(it -> overdue.put(it.key(), it.value().counts().overdue()));
                assertThat(overdue).containsKeys(planned);
                for (String key : planned) {
                    assertThat(overdue.get(key)).as(key).isEqualTo(1);
                }
            });
            report("P1", 1, 7);
            awaitMean(1, 7);
            assertThat(service.isRunning()).isTrue();
        }
        try (ConfigurableApplicationContext service = start(state)) {
            report("P1", 2, 5);
            awaitMean(1, 5);
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void goesOnAfterARestartWithoutCountingAnythingTwice() {
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            enrol("P2");
            report("P1", 1, 7);
            awaitMean(1, 7);
            assertThat(service.isRunning()).isTrue();
        }
        report("P2", 1, 4);
        try (ConfigurableApplicationContext service = start(state)) {
            report("P1", 1, 7);
            awaitMean(2, 5.5);
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void buildsItsStateAnewOnAnEmptyDisk() {
        try (ConfigurableApplicationContext service = start(state.resolve("first"))) {
            enrol("P1");
            report("P1", 1, 7);
            awaitMean(1, 7);
            assertThat(service.isRunning()).isTrue();
        }
        try (ConfigurableApplicationContext service = start(state.resolve("second"))) {
            report("P1", 2, 5);
            awaitMean(1, 5);
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void writesDownWhereAnUnreadableMessageLiesAndGoesOn() {
        try (ConfigurableApplicationContext service = start(state)) {
            enrol("P1");
            kafka.produce(
                    new StringSerializer(),
                    new ByteArraySerializer(),
                    List.of(new ProducerRecord<>(
                            Topics.FOLLOW_UPS.name(), trial + "|P1", "{\"value\":\"secret\"".getBytes(UTF_8))));
            report("P1", 1, 7);
            awaitMean(1, 7);

            kafka.read(Topics.DEAD_LETTERS, messages -> {
                assertThat(messages).isNotEmpty();
                assertThat(messages).allSatisfy(it -> {
                    assertThat(it.value().topic()).isEqualTo(Topics.FOLLOW_UPS.name());
                    assertThat(it.value().toString()).doesNotContain("secret");
                });
            });
            assertThat(service.getBean(MeterRegistry.class)
                            .get("outcomes.processing.dead.letters")
                            .tag("topic", Topics.FOLLOW_UPS.name())
                            .counter()
                            .count())
                    .isPositive();
        }
    }

    private static String health(ConfigurableApplicationContext service) {
        String port = Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port"));
        URI readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(readiness).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

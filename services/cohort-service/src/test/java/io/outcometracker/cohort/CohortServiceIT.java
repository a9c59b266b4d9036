package io.outcometracker.cohort;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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
        return CohortApplication.application()
                .run(
                        "--server.port=0",
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
            assertThat(service.isRunning()).isTrue();
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

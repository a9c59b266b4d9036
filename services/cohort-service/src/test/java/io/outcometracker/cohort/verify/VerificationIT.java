package io.outcometracker.cohort.verify;

import static io.outcometracker.cohort.Reports.adverseEvent;
import static io.outcometracker.cohort.Reports.enrolment;
import static io.outcometracker.cohort.Reports.erasure;
import static io.outcometracker.cohort.Reports.score;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.CohortApplication;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Disclosure;
import io.outcometracker.contract.Protocol.PublicView;
import io.outcometracker.contract.Protocol.Release;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The streams on a broker, and the computation from their log beside them. */
class VerificationIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private static final String MASKED = "MASKED-01";
    private static final String MEAN_OF_ALL = "CLBP-CELL-01|M4|NRS|all";

    @TempDir
    Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void plan() {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        kafka.produce(Topics.TRIALS, WorkedExample.TRIAL, WorkedExample.protocol());
        kafka.produce(Topics.TRIALS, MASKED, masked());
    }

    /** Released every second, so that releases fall between records. */
    private static Protocol masked() {
        Protocol it = WorkedExample.protocol();
        Release everySecond = new Release(Duration.ofSeconds(1), 1);
        return new Protocol(
                MASKED,
                null,
                1,
                true,
                it.arms(),
                it.sites(),
                it.visits(),
                it.instruments(),
                List.of(),
                true,
                new Disclosure(3, everySecond, new PublicView(4, everySecond)),
                null);
    }

    private ConfigurableApplicationContext start() {
        return CohortApplication.application()
                .run(
                        "--server.port=0",
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--spring.kafka.streams.application-id=" + TestKafka.unique("outcomes-cohort-service"),
                        "--spring.kafka.streams.state-dir=" + state);
    }

    private int verify(String... settings) {
        return VerifyCommand.run(settings, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private int verify(Duration patience) {
        return verify(
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--outcomes.cohort.verify.patience=" + patience.toMillis() + "ms");
    }

    private static void report(Step step) {
        Enrolment enrolment = step.enrolment();
        FollowUp followUp = step.followUp();
        if (enrolment != null) {
            produce(Topics.ENROLMENTS, enrolment.key(), enrolment);
        }
        if (followUp != null) {
            produce(Topics.FOLLOW_UPS, followUp.key(), followUp);
        }
    }

    private static <V> void produce(Topic<V> topic, ParticipantKey key, V value) {
        kafka.produce(topic, key.toString(), value);
    }

    private static void reportToMasked(int first, int last) {
        for (int i = first; i <= last; i++) {
            Enrolment enrolled = enrolment("P" + i)
                    .trial(MASKED)
                    .arm(i % 2 == 0 ? "ACT" : "PBO")
                    .build();
            produce(Topics.ENROLMENTS, enrolled.key(), enrolled);
            for (String visit : List.of("BL", "M4")) {
                FollowUp score =
                        score("P" + i, visit, "NRS", i % 10).trial(MASKED).build();
                produce(Topics.FOLLOW_UPS, score.key(), score);
            }
        }
    }

    private static void reportAll() {
        reportToMasked(1, 6);
        WorkedExample.steps().forEach(VerificationIT::report);
        AdverseEvent event = adverseEvent("P01", "AE-1").serious().build();
        produce(Topics.ADVERSE_EVENTS, event.key(), event);
        Enrolment excluded = enrolment("P90").excluded("ineligible").build();
        produce(Topics.ENROLMENTS, excluded.key(), excluded);
        FollowUp parked = score("P91", "BL", "NRS", 5).build();
        produce(Topics.FOLLOW_UPS, parked.key(), parked);
        ParticipantEvent.Erased erased = (ParticipantEvent.Erased) erasure("P10");
        produce(Topics.ERASURES, erased.erasure().key(), erased.erasure());
        FollowUp tooLate = score("P10", "W4", "NRS", 5).version(9).build();
        produce(Topics.FOLLOW_UPS, tooLate.key(), tooLate);
        reportToMasked(7, 12);
    }

    @Test
    void findsNoDifferenceWhileRecordsArriveAndEveryOneThatIsThere() {
        try (ConfigurableApplicationContext service = start()) {
            CompletableFuture<Void> traffic = CompletableFuture.runAsync(VerificationIT::reportAll);

            assertThat(verify(Duration.ofSeconds(20))).as("%s%s", out, err).isZero();
            assertThat(traffic).succeedsWithin(Duration.ofMinutes(1));

            // Once more of everything, also of the releases.
            awaitRelease();
            assertThat(verify(Duration.ofSeconds(20))).as("%s%s", out, err).isZero();
            assertThat(lines().get(lines().size() - 1))
                    .matches("\\d{4,} figures of \\d{3,} messages .*, 0 differences");

            String published = latest(Topics.COHORT_METRICS).get(MEAN_OF_ALL);
            String wrong = published.replaceFirst("\"mean\":[-0-9.]+", "\"mean\":4.444");
            out.reset();
            produceText(Topics.COHORT_METRICS, MEAN_OF_ALL, wrong);

            assertThat(verify(Duration.ofSeconds(2))).isEqualTo(1);
            assertThat(lines()).hasSize(2);
            assertThat(lines().get(0))
                    .matches("outcomes\\.cohort-metrics\\.v1 CLBP-CELL-01\\|M4\\|NRS\\|all mean: "
                            + "published 4\\.444, recomputed [0-9.]+");
            assertThat(lines().get(1)).endsWith(", 1 differences");

            String disposition = WorkedExample.TRIAL + "|P07|follow-up|P07-M4-NRS";
            String unfair = latest(Topics.DISPOSITIONS)
                    .get(disposition)
                    .replace("\"currentFate\":\"APPLIED\"", "\"currentFate\":\"CONFLICT\"");
            produceText(Topics.DISPOSITIONS, disposition, unfair);
            produceText(Topics.COHORT_METRICS, MEAN_OF_ALL, published);
            out.reset();

            assertThat(verify(Duration.ofSeconds(2))).isEqualTo(1);
            assertThat(lines()).hasSize(2);
            assertThat(lines().get(0))
                    .matches("outcomes\\.dispositions\\.v1 CLBP-CELL-01, of outcomes\\.follow-ups\\.v1 \\d+/\\d+ "
                            + "currentFate: published \"CONFLICT\", recomputed \"APPLIED\"");
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void saysWhenItCouldNotTell() {
        int code = verify(
                "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                "--spring.kafka.properties.default.api.timeout.ms=1000",
                "--spring.kafka.properties.request.timeout.ms=500");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("could not verify: ");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    private static void awaitRelease() {
        for (Topic<?> topic : List.of(Topics.COHORT_METRICS, Topics.COHORT_METRICS_PUBLIC)) {
            kafka.read(
                    topic.name(),
                    new StringDeserializer(),
                    new StringDeserializer(),
                    messages -> assertThat(messages)
                            .filteredOn(it -> it.key().equals(MASKED + "|M4|NRS|all"))
                            .last()
                            .extracting(ConsumerRecord::value)
                            .asString()
                            .contains("\"n\":12,", "\"upTo\":"));
        }
    }

    private static Map<String, String> latest(Topic<?> topic) {
        Map<String, String> latest = new HashMap<>();
        kafka.read(
                        topic.name(),
                        new StringDeserializer(),
                        new StringDeserializer(),
                        it -> assertThat(it).isNotEmpty())
                .forEach(it -> latest.put(it.key(), it.value()));
        return latest;
    }

    private static void produceText(Topic<?> topic, String key, String value) {
        kafka.produce(
                new StringSerializer(),
                new StringSerializer(),
                List.of(new ProducerRecord<>(topic.name(), key, value)));
    }
}

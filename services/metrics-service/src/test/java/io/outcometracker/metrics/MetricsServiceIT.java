package io.outcometracker.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.PrometheusCatalogue;
import io.outcometracker.testkit.Scrape;
import io.outcometracker.testkit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class MetricsServiceIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static RunningService service;

    private final String trial = TestKafka.unique("T");

    @BeforeAll
    static void start() {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        service = new RunningService(kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void showsAMessageAlikeAsJsonCsvAndToPrometheus() {
        CohortMetric metric = SampleMetric.full(trial, "M6", "NRS", Cohort.arm("SHAM"));

        publish(metric);

        await().untilAsserted(() -> assertThat(service.metrics(trial)).containsExactly(metric));
        assertThat(service.get("/api/v1/trials/" + trial + "/metrics", "Accept", "text/csv")
                        .body())
                .isEqualTo(Csv.ofMetrics(List.of(metric)));
        assertThat(service.scrape(trial))
                .contains(
                        "outcomes_cohort_mean{by=\"arm\",cohort=\"SHAM\",instrument=\"NRS\",trial=\"%s\",visit=\"M6\"} 4.5"
                                .formatted(trial))
                .hasSize(SeriesCatalogue.SCORES.size()
                        + SeriesCatalogue.CHANGES.size()
                        + 6 * SeriesCatalogue.RESPONDERS.size()
                        // cohorts suppressed, and figures withheld
                        + 2);
    }

    @Test
    void followsCorrectionsAndRemovals() {
        CohortMetric first = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 5);
        CohortMetric corrected = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 4);
        CohortMetric other = SampleMetric.of(trial, "M12", "NRS", Cohort.ALL, 2, 4);
        Completeness completeness = SampleMetric.completeness(trial, "M6", "NRS", Cohort.ALL);
        TrialSummary summary = SampleMetric.summary(trial, Cohort.ALL);
        publish(first, other);
        kafka.produce(Topics.COMPLETENESS, completeness.key(), completeness);
        kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), summary);
        await().untilAsserted(() -> {
            assertThat(service.metrics(trial)).contains(first, other);
            assertThat(service.get("/api/v1/trials/" + trial + "/completeness").body())
                    .isEqualTo(json(completeness));
            assertThat(service.get("/api/v1/trials/" + trial + "/participant-flow")
                            .body())
                    .isEqualTo(json(CohortFlow.of(summary)));
            assertThat(service.get("/api/v1/trials/" + trial + "/adverse-events")
                            .body())
                    .isEqualTo(json(CohortAdverseEvents.of(summary)));
        });

        publish(corrected);
        kafka.produce(Topics.COHORT_METRICS, other.key(), null);
        kafka.produce(Topics.COMPLETENESS, completeness.key(), null);
        kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), null);

        await().untilAsserted(() -> {
            assertThat(service.metrics(trial)).containsExactly(corrected);
            for (String resource : List.of("completeness", "participant-flow", "adverse-events")) {
                assertThat(service.get("/api/v1/trials/" + trial + '/' + resource)
                                .body())
                        .isEqualTo("[]");
            }
        });
        assertThat(service.scrape(trial)).noneMatch(it -> it.contains("M12"));
    }

    @Test
    void takesOrderAndNamesFromTheProtocol() {
        publish(
                SampleMetric.of(trial, "M12", "NRS", Cohort.ALL, 2, 4),
                SampleMetric.of(trial, "M3", "NRS", Cohort.ALL, 2, 4),
                SampleMetric.of(trial, "BL", "NRS", Cohort.ALL, 2, 4));
        kafka.produce(Topics.TRIALS, trial, SampleTrial.protocol(trial));

        await().untilAsserted(() -> assertThat(service.metrics(trial))
                .extracting(CohortMetric::visit)
                .containsExactly("BL", "M3", "M12"));
        assertThat(service.get("/api/v1/trials").body())
                .contains("\"trial\":\"" + trial + "\"", "Mesenchymal stromal cells");
    }

    @Test
    void skipsAndCountsWhatItCannotReadWithoutTellingWhatItWas(CapturedOutput log) {
        CohortMetric good = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 5);
        double before = unreadable(Topics.COHORT_METRICS);
        double protocolsBefore = unreadable(Topics.TRIALS);

        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        records.add(raw(Topics.COHORT_METRICS, good.key(), "{\"trial\": \"secret-4711"));
        records.add(raw(Topics.COHORT_METRICS, good.key(), "{\"trial\": \"secret-4711\"}"));
        records.add(raw(Topics.COHORT_METRICS, good.key(), "null"));
        records.add(raw(Topics.COHORT_METRICS, "secret-4711", null));
        records.add(raw(Topics.TRIALS, trial, "{\"trial\": \"secret-4711\"}"));
        kafka.produce(new StringSerializer(), new ByteArraySerializer(), records);
        publish(good);

        await().untilAsserted(() -> {
            assertThat(service.metrics(trial)).containsExactly(good);
            assertThat(unreadable(Topics.COHORT_METRICS)).isEqualTo(before + 4);
            assertThat(unreadable(Topics.TRIALS)).isEqualTo(protocolsBefore + 1);
        });
        assertThat(log).contains("Skipped a message that cannot be read: outcomes.cohort-metrics.v1-");
        assertThat(log).doesNotContain("secret-4711");
    }

    private static ProducerRecord<String, byte[]> raw(Topic<?> topic, String key, String value) {
        return new ProducerRecord<>(topic.name(), key, value == null ? null : value.getBytes(UTF_8));
    }

    private static double unreadable(Topic<?> topic) {
        return service.scrape("outcomes_metrics_messages_unreadable_total{topic=\"" + topic.name() + "\"}").stream()
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void readsAllAgainAfterARestart() {
        CohortMetric metric = SampleMetric.full(trial, "M6", "NRS", Cohort.arm("SHAM"));
        kafka.produce(Topics.TRIALS, trial, SampleTrial.protocol(trial));
        publish(metric);
        await().untilAsserted(() -> assertThat(service.metrics(trial)).containsExactly(metric));

        try (RunningService restarted = new RunningService(kafka.bootstrapServers())) {
            await().until(restarted::isReady);

            assertThat(restarted.metrics(trial)).containsExactly(metric);
            assertThat(restarted.scrape(trial)).isEqualTo(service.scrape(trial));
        }
    }

    @Test
    void showsOnlyWhatWasCommitted() {
        CohortMetric committed = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 5);
        CohortMetric aborted = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 9);
        Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TestKafka.unique("metrics-service-it"));
        try (var producer = new KafkaProducer<>(
                settings, new StringSerializer(), Topics.COHORT_METRICS.serde().serializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(Topics.COHORT_METRICS.name(), committed.key(), committed)))
                    .succeedsWithin(TIMEOUT);
            producer.commitTransaction();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(Topics.COHORT_METRICS.name(), aborted.key(), aborted)))
                    .succeedsWithin(TIMEOUT);
            producer.abortTransaction();
        }

        // The topic now ends with what nobody may read, and a service that starts must still come to its end.
        try (RunningService restarted = new RunningService(kafka.bootstrapServers())) {
            await().until(restarted::isReady);
            assertThat(restarted.metrics(trial)).containsExactly(committed);
        }
        await().untilAsserted(() -> assertThat(service.metrics(trial)).containsExactly(committed));
    }

    @Test
    void givesEachAudienceItsOwnTopicsAlone() {
        CohortMetric pooled = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 5);
        CohortMetric arm = SampleMetric.everything(trial, "M6", "NRS", Cohort.arm("SHAM"));
        CohortMetric open = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 2, 5);
        TrialSummary summary = SampleMetric.summary(trial, Cohort.ALL);
        TrialSummary summaryOfArm = SampleMetric.summary(trial, Cohort.arm("SHAM"));
        Completeness ofSite = SampleMetric.completeness(trial, "M6", "NRS", Cohort.site("GRAZ"));
        String flow = "/api/v1/trials/" + trial + "/participant-flow";
        String completeness = "/api/v1/trials/" + trial + "/completeness";
        kafka.produce(Topics.TRIALS, trial, SampleTrial.protocol(trial));
        publish(pooled);
        kafka.produce(Topics.COHORT_METRICS_UNBLINDED, arm.key(), arm);
        kafka.produce(Topics.COHORT_METRICS_PUBLIC, open.key(), open);
        kafka.produce(Topics.COMPLETENESS, ofSite.key(), ofSite);
        kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), summary);
        kafka.produce(Topics.TRIAL_SUMMARIES_UNBLINDED, summaryOfArm.key(), summaryOfArm);

        try (RunningService unblinded =
                new RunningService(kafka.bootstrapServers(), "--outcomes.metrics.audience=unblinded")) {
            await().until(unblinded::isReady);

            assertThat(unblinded.metrics(trial)).containsExactly(arm);
            assertThat(unblinded.get(flow).body()).isEqualTo(json(CohortFlow.of(summaryOfArm)));
            assertThat(unblinded.get(completeness).body())
                    .isEqualTo(json(SampleMetric.completeness(trial, "M6", "NRS", Cohort.arm("SHAM"))));
            assertThat(unblinded.get("/api/v1/trials").body()).contains("\"audience\":\"unblinded\"");
            assertThat(unblinded.scrape("outcomes_difference_mean{"))
                    .filteredOn(it -> it.contains(trial))
                    .hasSize(3);
            assertThat(unblinded.scrape("outcomes_audit_failures_total")).contains("outcomes_audit_failures_total 0.0");
            assertThat(kafka.read(Topics.AUDIT, it -> assertThat(it).isNotEmpty()))
                    .filteredOn(it -> it.key().equals(trial))
                    .extracting(it -> it.value().action())
                    .as("each of the three that were read")
                    .hasSize(3)
                    .containsOnly(AuditEntry.Action.UNBLINDED_READ);
        }
        try (RunningService everyone =
                new RunningService(kafka.bootstrapServers(), "--outcomes.metrics.audience=public")) {
            await().until(everyone::isReady);

            assertThat(everyone.metrics(trial)).containsExactly(open);
            assertThat(everyone.get(flow).body()).isEqualTo("[]");
            assertThat(everyone.get(completeness).body()).isEqualTo("[]");
            assertThat(everyone.get("/api/v1/trials").body())
                    .contains("\"audience\":\"public\"")
                    .doesNotContain("Mesenchymal");
        }
        await().untilAsserted(() -> {
            assertThat(service.metrics(trial)).containsExactly(pooled);
            assertThat(service.get(flow).body()).isEqualTo(json(CohortFlow.of(summary)));
            assertThat(service.get(completeness).body()).isEqualTo(json(ofSite));
        });
    }

    @Test
    void scrapesNothingThatIsNotInTheCatalogueAndAllThatIs() {
        CohortMetric metric = SampleMetric.everything(trial, "M6", "NRS", Cohort.arm("ACT"));
        Completeness completeness = SampleMetric.completeness(trial, "M6", "NRS", Cohort.ALL);
        TrialSummary summary = SampleMetric.summary(trial, Cohort.ALL);
        kafka.produce(Topics.TRIALS, trial, SampleTrial.protocol(trial));
        kafka.produce(Topics.COMPLETENESS, completeness.key(), completeness);
        kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), summary);
        publish(metric);
        PrometheusCatalogue catalogue = PrometheusCatalogue.read();

        await().untilAsserted(() -> catalogue.requireAllOf(
                "metrics-service",
                Scrape.parse(service.get("/actuator/prometheus").body())));
        catalogue.requireAllOf(
                "metrics-service",
                Scrape.parse(service.get("/actuator/prometheus", "Accept", Scrape.OPEN_METRICS)
                        .body()));
        assertThat(service.viewAge()).isNotNegative();
    }

    @Test
    void timesWhatComesAfterTheStartUntilItIsShown() {
        CohortMetric before = SampleMetric.full(trial, "M6", "NRS", Cohort.ALL);
        publish(before);
        await().untilAsserted(() -> assertThat(service.metrics(trial)).containsExactly(before));

        try (RunningService restarted = new RunningService(kafka.bootstrapServers())) {
            await().until(restarted::isReady);
            assertThat(shown(restarted)).as("of what was there at the start").isZero();

            CohortMetric after = SampleMetric.of(trial, "M6", "NRS", Cohort.ALL, 3, 5);
            publish(after);

            await().untilAsserted(() -> assertThat(shown(restarted)).isEqualTo(1));
            assertThat(restarted.metrics(trial)).containsExactly(after);
        }
    }

    /** How many metrics were timed. */
    private static double shown(RunningService service) {
        return Scrape.parse(service.get("/actuator/prometheus").body())
                .family("outcomes_metrics_freshness_seconds")
                .samples()
                .stream()
                .filter(it -> it.name().endsWith("_count"))
                .filter(it -> Topics.COHORT_METRICS.name().equals(it.labels().get("topic")))
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    @Test
    void servesThePage() {
        assertThat(service.get("/").body()).contains("<title>Outcome Tracker</title>");
        assertThat(service.get("/").headers().firstValue("Cache-Control")).contains("no-store");
        for (String file : List.of("/page.js", "/page.css", "/favicon.svg")) {
            assertThat(service.get(file).statusCode()).as(file).isEqualTo(200);
        }
    }

    private static String json(Object only) {
        return Json.MAPPER.writeValueAsString(List.of(only));
    }

    private static void publish(CohortMetric... metrics) {
        for (CohortMetric metric : metrics) {
            kafka.produce(Topics.COHORT_METRICS, metric.key(), metric);
        }
    }
}

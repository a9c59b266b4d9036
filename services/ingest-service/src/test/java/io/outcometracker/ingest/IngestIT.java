package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Status;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Rejection;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.TestKafka;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@DirtiesContext
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class IngestIT {
    private static final int FIFTY_MEGABYTES = 50 * 1024 * 1024;

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
        registry.add("outcomes.ingest.tokens.key-file", Site.TOKENS::keyFile);
        registry.add(
                "spring.kafka.streams.state-dir", () -> state.resolve("first").toString());
    }

    private final String trial = TestKafka.unique("T");
    private final String address = "/api/v1/trials/" + trial;
    private Site site;

    @BeforeEach
    void putProtocol(@LocalServerPort int port) {
        site = new Site(port);
        assertThat(site.put(address, "application/yaml", protocol(1)).statusCode())
                .isEqualTo(201);
    }

    private static String protocol(int version) {
        return """
                version: %d
                masked: true
                arms:
                  - {code: ACT, label: Active}
                  - {code: PBO, label: Placebo, control: true}
                sites: [S01]
                visits:
                  - {code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true}
                  - {code: M4, day: 121, windowOpen: 107, windowClose: 135}
                instruments:
                  - {code: NRS, min: 0, max: 10, decimals: 0, step: 1, higherIsWorse: true}
                  - {code: BPI_SEV, min: 0, max: 10, decimals: 2, rounding: half-up, higherIsWorse: true}
                """.formatted(version);
    }

    private static String followUp(String recordId, String participant, String value) {
        return """
                {"recordId": "%s", "site": "S01", "participant": "%s", "visit": "BL", "instrument": "BPI_SEV",
                 "value": %s, "assessedOn": "2026-01-05"}""".formatted(recordId, participant, value);
    }

    private <V> List<ConsumerRecord<String, V>> read(Topic<V> topic, int count) {
        return ofTrial(kafka.read(topic, all -> assertThat(ofTrial(all)).hasSize(count)));
    }

    private <V> List<ConsumerRecord<String, V>> ofTrial(List<? extends ConsumerRecord<String, V>> records) {
        return records.stream()
                .filter(it -> it.key().equals(trial) || it.key().startsWith(trial + '|'))
                .collect(Collectors.toList());
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> message) {
        return StreamSupport.stream(message.headers().spliterator(), false)
                .collect(Collectors.toMap(it -> it.key(), it -> new String(it.value(), UTF_8)));
    }

    private static JsonNode body(HttpResponse<String> response) {
        return Json.MAPPER.readTree(response.body());
    }

    @Test
    void writesAcceptedFollowUpsExactlyAndRefusedOnesNot() {
        HttpResponse<String> response = site.post(
                address + "/follow-ups",
                "[" + followUp("R1", "P1", "3.125") + "," + followUp("R2", "P1", "11") + "," + followUp("R3", "P1", "4")
                        + "]");

        assertThat(response.statusCode()).isEqualTo(207);
        List<ConsumerRecord<String, FollowUp>> written = read(Topics.FOLLOW_UPS, 2);
        assertThat(written).extracting(it -> it.value().recordId()).containsExactly("R1", "R3");
        assertThat(written).extracting(ConsumerRecord::key).containsOnly(trial + "|P1");
        FollowUp first = written.get(0).value();
        assertThat(first)
                .usingRecursiveComparison()
                .isEqualTo(new FollowUp(
                        trial,
                        "R1",
                        1,
                        "S01",
                        "P1",
                        "BL",
                        true,
                        "BPI_SEV",
                        new BigDecimal("3.13"),
                        "3.125",
                        null,
                        null,
                        LocalDate.of(2026, 1, 5),
                        Status.FINAL,
                        null,
                        null,
                        first.receivedAt(),
                        1));
        assertThat(headers(written.get(0)))
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", trial + "|P1|follow-up|R1|1")
                .containsEntry("ce_type", "io.outcometracker.follow-ups.v1")
                .containsEntry("ce_source", "/ingest-service")
                .containsEntry("ce_time", first.receivedAt().toString())
                .containsEntry("content-type", "application/json");
        List<ConsumerRecord<String, Rejection>> rejections = read(Topics.REJECTIONS, 1);
        assertThat(rejections.get(0).value().code()).isEqualTo("OUT_OF_RANGE");
        assertThat(rejections.get(0).value().site()).isEqualTo("S01");
    }

    @Test
    void writesTheSameMessageAgainWhenARecordIsPostedAgain() {
        site.post(address + "/follow-ups", followUp("R1", "P1", "4"));
        site.post(address + "/follow-ups", followUp("R1", "P1", "4.0"));

        List<ConsumerRecord<String, FollowUp>> written = read(Topics.FOLLOW_UPS, 2);
        assertThat(headers(written.get(0)).get("ce_id"))
                .isEqualTo(headers(written.get(1)).get("ce_id"));
        assertThat(written.get(0).value().sameContent(written.get(1).value())).isTrue();
    }

    @Test
    void keepsTheOrderOfALargeBatchForEachParticipant() {
        String batch = IntStream.range(0, 5000)
                .mapToObj(it -> followUp("R" + it, "P" + it % 7, "4"))
                .collect(Collectors.joining(",", "[", "]"));

        assertThat(site.post(address + "/follow-ups", batch).statusCode()).isEqualTo(202);

        Map<String, List<Integer>> order = read(Topics.FOLLOW_UPS, 5000).stream()
                .collect(Collectors.groupingBy(
                        ConsumerRecord::key,
                        Collectors.mapping(
                                it -> Integer.valueOf(it.value().recordId().substring(1)), Collectors.toList())));
        assertThat(order).hasSize(7).allSatisfy((key, ids) -> assertThat(ids).isSorted());
    }

    @Test
    void writesEnrolmentsWithTheirArm() {
        HttpResponse<String> response = site.post(address + "/enrolments", """
                [{"participant": "P1", "site": "S01", "arm": "ACT", "day1": "2026-01-05"},
                 {"participant": "P2", "site": "S01", "arm": "XXX"}]""");

        assertThat(response.statusCode()).isEqualTo(207);
        ConsumerRecord<String, Enrolment> written = read(Topics.ENROLMENTS, 1).get(0);
        assertThat(written.value().arm()).isEqualTo("ACT");
        assertThat(written.value().status()).isEqualTo(Enrolment.Status.ON_STUDY);
        assertThat(headers(written)).containsEntry("ce_id", trial + "|P1|enrolment|1");
    }

    @Test
    void usesAChangedProtocolAtOnce() {
        String unknown = followUp("R1", "P1", "4").replace("S01", "S02");
        assertThat(site.post(address + "/follow-ups", unknown).statusCode()).isEqualTo(422);

        HttpResponse<String> changed =
                site.put(address, "application/yaml", protocol(2).replace("[S01]", "[S01, S02]"));

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(body(changed).get("result").stringValue()).isEqualTo("changed");
        assertThat(site.post(address + "/follow-ups", unknown).statusCode()).isEqualTo(202);
        assertThat(read(Topics.FOLLOW_UPS, 1).get(0).value().protocolVersion()).isEqualTo(2);
        assertThat(read(Topics.TRIALS, 2))
                .extracting(it -> it.value().version())
                .containsExactly(1, 2);
    }

    @Test
    void writesAnUnchangedProtocolOnlyOnce() {
        HttpResponse<String> again = site.put(address, "application/yaml", protocol(1));

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(body(again).get("result").stringValue()).isEqualTo("unchanged");
        assertThat(read(Topics.TRIALS, 1)).hasSize(1);
    }

    @Test
    void knowsTheProtocolAfterARestart() {
        String held = site.get(address).body();

        try (ConfigurableApplicationContext restarted = IngestApplication.application()
                .run(
                        "--server.port=0",
                        Site.KEY_SETTING,
                        "--spring.kafka.streams.state-dir=" + state.resolve("other"),
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers())) {
            Site other = Site.of(restarted);
            assertThat(other.get(address).body()).isEqualTo(held);
            assertThat(other.post(address + "/follow-ups", followUp("R1", "P1", "4"))
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void waitsForTheDecisionThatIsAskedFor() {
        CompletableFuture<HttpResponse<String>> response = site.postAndWait(
                address + "/follow-ups", "[" + followUp("R1", "P1", "4") + "," + followUp("R2", "P1", "99") + "]");
        read(Topics.FOLLOW_UPS, 1);
        assertThat(response).isNotDone();

        Disposition disposition =
                new Disposition(trial, "P1", Subject.FOLLOW_UP, "R1", 1, Fate.PARKED, 1, Fate.PARKED, Instant.EPOCH);
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);

        assertThat(response).succeedsWithin(Duration.ofSeconds(30)).satisfies(it -> {
            assertThat(it.statusCode()).isEqualTo(207);
            assertThat(it.headers().firstValue("Preference-Applied")).hasValue("wait=60");
            assertThat(body(it).at("/results/0/disposition").stringValue()).isEqualTo("PARKED");
            assertThat(body(it).at("/results/1").has("disposition")).isFalse();
        });
    }

    @Test
    void writesAdverseEventsAndTellsWhatBecameOfThem() {
        String event = """
                {"recordId": "AE1", "site": "S01", "participant": "P1", "onsetOn": "2026-01-20", "severity": "mild",
                 "serious": false}""";
        CompletableFuture<HttpResponse<String>> response = site.postAndWait(address + "/adverse-events", event);
        ConsumerRecord<String, AdverseEvent> written =
                read(Topics.ADVERSE_EVENTS, 1).get(0);
        assertThat(written.key()).isEqualTo(trial + "|P1");
        assertThat(headers(written)).containsEntry("ce_id", trial + "|P1|adverse-event|AE1|1");
        assertThat(site.get(address + "/adverse-events/AE1").statusCode()).isEqualTo(404);

        Disposition disposition = new Disposition(
                trial, "P1", Subject.ADVERSE_EVENT, "AE1", 1, Fate.PARKED, 1, Fate.PARKED, Instant.EPOCH);
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);

        assertThat(response)
                .succeedsWithin(Duration.ofSeconds(30))
                .satisfies(
                        it -> assertThat(body(it).at("/results/0/disposition").stringValue())
                                .isEqualTo("PARKED"));
        // Held before those who wait are told.
        assertThat(body(site.get(address + "/adverse-events/AE1")).at("/records/0/fate"))
                .isEqualTo(Json.MAPPER.valueToTree(Fate.PARKED));
    }

    @Test
    void writesAnErasureEachTimeAndAnUnblindingOnce() {
        String erasure = "{\"participant\": \"P1\", \"orderedBy\": \"DPO-1\", \"reason\": \"objection\"}";
        assertThat(site.post(address + "/erasures", erasure).statusCode()).isEqualTo(202);
        assertThat(site.post(address + "/erasures", erasure).statusCode()).isEqualTo(202);
        assertThat(read(Topics.ERASURES, 2))
                .allSatisfy(it -> assertThat(headers(it)).containsEntry("ce_id", trial + "|P1|erasure|1"));

        String unblinding = "{\"by\": \"STAT-1\", \"reason\": \"database locked\"}";
        HttpResponse<String> first = site.post(address + "/unblindings", unblinding);
        HttpResponse<String> again = site.post(address + "/unblindings", unblinding);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(body(again).get("at")).isEqualTo(body(first).get("at"));
        ConsumerRecord<String, Unblinding> written = read(Topics.UNBLINDINGS, 1).get(0);
        assertThat(written.key()).isEqualTo(trial);
        assertThat(written.value().isOfTrial()).isTrue();
    }

    @Test
    void refusesFiftyMegabytesThatSaySo() {
        HttpResponse<String> response =
                site.post(address + "/follow-ups", BodyPublishers.ofByteArray(new byte[FIFTY_MEGABYTES]));

        assertTooLarge(response);
    }

    @Test
    void refusesFiftyMegabytesInChunks() {
        byte[] spaces = " ".repeat(FIFTY_MEGABYTES).getBytes(UTF_8);

        HttpResponse<String> response = site.post(
                address + "/follow-ups", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(spaces)));

        assertTooLarge(response);
    }

    private void assertTooLarge(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(body(response).get("type").stringValue()).isEqualTo("urn:outcometracker:problem:body-too-large");
        assertThat(site.post(address + "/follow-ups", followUp("R1", "P1", "4")).statusCode())
                .isEqualTo(202);
        assertThat(read(Topics.FOLLOW_UPS, 1)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/api, 404, not-found",
        "/error, 404, not-found",
        "/api/v2/trials/T1, 404, not-found",
        "/api/v1/trials/nobody, 404, unknown-trial",
        "/actuator/env, 403, forbidden"
    })
    void answersWithAProblemWhereThereIsNothingToGet(String path, int status, String type) {
        HttpResponse<String> response = site.get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(body(response).get("type").stringValue()).isEqualTo("urn:outcometracker:problem:" + type);
    }

    @ParameterizedTest
    @CsvSource({"GET, /api/v1/trials/a%2Fb, 400, bad-request", "TRACE, /api/v1/trials/T1, 405, method-not-allowed"})
    void answersWithAProblemWhereTomcatRefuses(String method, String path, int status, String type) {
        HttpResponse<String> response = site.send(
                site.request(path).method(method, BodyPublishers.noBody()).build());

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(body(response).get("type").stringValue()).isEqualTo("urn:outcometracker:problem:" + type);
    }

    @Test
    void isReadyWhileKafkaAnswers() {
        assertThat(site.get("/actuator/health/readiness").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(site.get("/actuator/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void showsPrometheusWhatWasAcceptedAndRefused() {
        site.post(address + "/follow-ups", "[" + followUp("R1", "P1", "4") + "," + followUp("R2", "P1", "11") + "]");

        assertThat(site.get("/actuator/prometheus").body())
                .contains(
                        "outcomes_ingest_records_total{kind=\"follow-up\",reason=\"none\",result=\"accepted\",trial=\""
                                + trial + "\"} 1.0",
                        "outcomes_ingest_records_total{kind=\"follow-up\",reason=\"OUT_OF_RANGE\",result=\"refused\",trial=\""
                                + trial + "\"} 1.0");
    }
}

package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TurnedAway;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.ingest.audit.AuditIndex;
import io.outcometracker.ingest.audit.StoredRecords;
import io.outcometracker.ingest.audit.TrialAudit;
import io.outcometracker.ingest.fhir.FhirConfiguration;
import io.outcometracker.testkit.FollowUpFormats;
import io.outcometracker.testkit.TestTokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.MockMvcBuilderCustomizer;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

/** What HTTP answers, on the real pipeline up to a producer that keeps what it is given. */
@WebMvcTest(
        properties = {
            "spring.config.name=ingest-service",
            "outcomes.ingest.max-body=100KB",
            "outcomes.ingest.max-records=100",
            "outcomes.ingest.requests-per-minute=" + IngestWebTest.REQUESTS_PER_MINUTE,
            "outcomes.ingest.ack-timeout=200ms"
        })
@Import({IngestWebTest.Wiring.class, IngestWebTest.Tokens.class, FhirConfiguration.class})
@ExtendWith(OutputCaptureExtension.class)
class IngestWebTest {
    static final int REQUESTS_PER_MINUTE = 300;
    private static final String TRIAL = "/api/v1/trials/T1";
    private static final String FOLLOW_UPS = TRIAL + "/follow-ups";
    private static final String ENROLMENTS = TRIAL + "/enrolments";
    private static final MediaType CSV = MediaType.valueOf("text/csv");
    private static final String PROTOCOL = """
            {"trial": "T1", "version": 2, "masked": true, "arms": [{"code": "ACT"}, {"code": "PBO", "control": true}],
             "sites": ["S01"], "visits": [{"code": "M4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true}],
             "groupings": ["cellType"]}""";
    private static final String HASH_KEY = "a key that is long enough to be one";
    private static final String GOOD = """
            {"recordId": "R1", "site": "S01", "participant": "P1", "visit": "M4", "instrument": "NRS", "value": 4,
             "assessedOn": "2026-02-28"}""";
    private static final String BAD = """
            {"recordId": "R2", "site": "S01", "participant": "P1", "visit": "M4", "instrument": "NRS", "value": 11,
             "assessedOn": "2026-02-28"}""";

    private static final Map<String, String> OBSERVED = Map.of(
            "recordId",
            "R1",
            "site",
            "S01",
            "participant",
            "P1",
            "visit",
            "M4",
            "instrument",
            "NRS",
            "value",
            "4",
            "assessedOn",
            "2026-02-28");

    private static final TestTokens TOKENS = new TestTokens();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("outcomes.ingest.tokens.key-file", TOKENS::keyFile);
    }

    @TestConfiguration
    static class Tokens {
        /** Each request has the token that it needs. */
        @Bean
        MockMvcBuilderCustomizer tokens() {
            return builder -> builder.defaultRequest(get("/").with(request -> {
                request.addHeader(
                        "Authorization", "Bearer " + TOKENS.forRequest(request.getMethod(), request.getRequestURI()));
                return request;
            }));
        }
    }

    @TestConfiguration
    @EnableConfigurationProperties(IngestProperties.class)
    static class Wiring {
        @Bean
        MockProducer<String, byte[]> producer() {
            return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        }

        @Bean
        RecordPublisher publisher(MockProducer<String, byte[]> producer, IngestProperties properties) {
            return new RecordPublisher(producer, properties.ackTimeout());
        }

        @Bean
        Register<Protocol> register() {
            return new Register<>(Topics.TRIALS, () -> {
                throw new IllegalStateException("not started");
            });
        }

        @Bean
        Register<Unblinding> unblindings() {
            return new Register<>(Topics.UNBLINDINGS, () -> {
                throw new IllegalStateException("not started");
            });
        }

        /** On a producer of its own, so that what is written is records and nothing else. */
        @Bean
        AuditWriter auditWriter() {
            return new AuditWriter(
                    "ingest-service",
                    new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()),
                    trial -> List.of(),
                    clock());
        }

        @Bean
        AuditTrail audit(AuditWriter writer, IngestProperties properties) {
            return new AuditTrail(writer, properties.ackTimeout());
        }

        @Bean
        TurnedAway turnedAway(AuditWriter writer) {
            return new TurnedAway(writer, clock());
        }

        @Bean
        KnownTrials knownTrials(Register<Protocol> register) {
            return new KnownTrials(register);
        }

        /** Read in {@link HistoryIT}. */
        @Bean
        TrialAudit trialAudit() {
            return new TrialAudit(
                    () -> {
                        throw new TimeoutException("not started");
                    },
                    Duration.ZERO);
        }

        /** Looked up in {@link AuditIT}. */
        @Bean
        AuditIndex index() {
            return new AuditIndex(() -> {
                throw new InvalidStateStoreException("not started");
            });
        }

        @Bean
        StoredRecords stored() {
            return new StoredRecords(
                    () -> {
                        throw new IllegalStateException("not started");
                    },
                    Duration.ZERO);
        }

        @Bean
        Decisions decisions() {
            return new Decisions();
        }

        @Bean
        FatesDriver driver(Decisions decisions) {
            return FatesDriver.start(decisions);
        }

        @Bean
        RecordFates fates(FatesDriver driver) {
            return driver.fates();
        }

        @Bean
        SimpleMeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Intake intake(
                Register<Protocol> register,
                RecordPublisher publisher,
                Decisions decisions,
                AuditTrail audit,
                RecordFates fates,
                MeterRegistry meters,
                IngestProperties properties) {
            return new Intake(
                    register,
                    publisher,
                    decisions,
                    audit,
                    fates::siteOf,
                    new IngestMeters(meters),
                    clock(),
                    properties.maxRecords(),
                    RecordHash.withKey(HASH_KEY));
        }

        @Bean
        BodyBudget budget(IngestProperties properties) {
            return new BodyBudget(properties.maxInFlight());
        }

        @Bean
        ProtocolIntake protocolIntake(
                Register<Protocol> register, RecordPublisher publisher, AuditTrail audit, IngestProperties properties) {
            return new ProtocolIntake(register, publisher, audit, clock(), properties.ackTimeout());
        }

        @Bean
        UnblindingIntake unblindingIntake(
                Register<Protocol> protocols,
                Register<Unblinding> register,
                RecordPublisher publisher,
                AuditTrail audit,
                IngestProperties properties) {
            return new UnblindingIntake(protocols, register, publisher, audit, clock(), properties.ackTimeout());
        }

        @Bean
        static Clock clock() {
            return Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
        }
    }

    @Autowired
    MockMvcTester web;

    @Autowired
    MockProducer<String, byte[]> producer;

    @Autowired
    Register<Protocol> register;

    @Autowired
    Decisions decisions;

    @Autowired
    BodyBudget budget;

    @Autowired
    Register<Unblinding> unblindings;

    @Autowired
    FatesDriver driver;

    @Autowired
    SimpleMeterRegistry meters;

    @BeforeEach
    void startAnew() {
        producer.clear();
        producer.sendException = null;
        meters.clear();
        register.hold("T1", Json.MAPPER.readValue(PROTOCOL, Protocol.class));
        unblindings.hold("T1", null);
        unblindings.hold("T1|P1", null);
    }

    private MvcTestResult post(String path, MediaType type, String body) {
        return web.post().uri(path).contentType(type).content(body).exchange();
    }

    private MvcTestResult postJson(String body) {
        return post(FOLLOW_UPS, MediaType.APPLICATION_JSON, body);
    }

    private static JsonNode body(MvcTestResult result) {
        return Json.MAPPER.readTree(result.getResponse().getContentAsByteArray());
    }

    private static void assertProblem(MvcTestResult result, int status, String type) {
        assertThat(result).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        JsonNode problem = body(result);
        assertThat(problem.path("type").stringValue()).isEqualTo("urn:outcometracker:problem:" + type);
        assertThat(problem.path("title").stringValue()).isNotBlank();
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("detail").stringValue()).isNotBlank();
        assertThat(problem.path("instance").stringValue()).startsWith("/");
    }

    private List<String> writtenTo(String topic) {
        return producer.history().stream()
                .filter(it -> it.topic().equals(topic))
                .map(it -> new String(it.value(), UTF_8))
                .toList();
    }

    @Test
    void answers202WhenAllAreAccepted() {
        MvcTestResult result = postJson(GOOD);

        assertThat(result)
                .hasStatus(202)
                .hasContentType(MediaType.APPLICATION_JSON)
                .bodyJson()
                .isStrictlyEqualTo("""
                {"trial": "T1", "accepted": 1, "refused": 0,
                 "results": [{"index": 0, "recordId": "R1", "version": 1, "status": "accepted", "problems": []}]}""");
        assertThat(writtenTo("outcomes.follow-ups.v1")).hasSize(1);
    }

    @Test
    void answers207InTheOrderOfTheRequestWhenSomeAreAccepted() {
        MvcTestResult result = postJson("[" + BAD + "," + GOOD + ", 7," + GOOD.replace("R1", "R3") + "]");

        assertThat(result)
                .hasStatus(207)
                .hasContentType(MediaType.APPLICATION_JSON)
                .bodyJson()
                .isStrictlyEqualTo("""
                {"trial": "T1", "accepted": 2, "refused": 2, "results": [
                  {"index": 0, "recordId": "R2", "version": 1, "status": "refused", "problems": [
                    {"code": "OUT_OF_RANGE", "pointer": "/0/value", "message": "value must be 0 to 10 (NRS)"}]},
                  {"index": 1, "recordId": "R1", "version": 1, "status": "accepted", "problems": []},
                  {"index": 2, "status": "refused", "problems": [
                    {"code": "WRONG_TYPE", "pointer": "/2", "message": "a JSON object with named fields is needed here"}]},
                  {"index": 3, "recordId": "R3", "version": 1, "status": "accepted", "problems": []}]}""");
        assertThat(writtenTo("outcomes.follow-ups.v1"))
                .extracting(it -> Json.MAPPER.readTree(it).get("recordId").stringValue())
                .containsExactly("R1", "R3");
    }

    @Test
    void answers422AsAProblemWithTheResultsWhenNoneIsAccepted() {
        MvcTestResult result = postJson(BAD);

        assertProblem(result, 422, "records-refused");
        assertThat(body(result).get("trial").stringValue()).isEqualTo("T1");
        assertThat(body(result).get("accepted").intValue()).isZero();
        assertThat(body(result).get("refused").intValue()).isEqualTo(1);
        assertThat(body(result).at("/results/0/problems/0/pointer").stringValue())
                .isEqualTo("/value");
        assertThat(writtenTo("outcomes.follow-ups.v1")).isEmpty();
    }

    @Test
    void writesARejectionForEachRefusedRecord() {
        postJson("[" + BAD + "," + GOOD + "," + BAD.replace("S01", "S09") + "]");

        List<ProducerRecord<String, byte[]>> written = producer.history();
        assertThat(written)
                .extracting(ProducerRecord::topic)
                .containsExactly("outcomes.follow-ups.v1", "outcomes.rejections.v1", "outcomes.rejections.v1");
        JsonNode first = Json.MAPPER.readTree(written.get(1).value());
        assertThat(first.propertyNames())
                .containsExactlyInAnyOrder("trial", "site", "code", "pointer", "payloadSha256", "rejectedAt");
        assertThat(first.get("code").stringValue()).isEqualTo("OUT_OF_RANGE");
        assertThat(first.get("pointer").stringValue()).isEqualTo("/value");
        assertThat(first.get("site").stringValue()).isEqualTo("S01");
        // openssl dgst -sha256 -hmac <key>, of the record in one line, without spaces
        assertThat(first.get("payloadSha256").stringValue())
                .isEqualTo("ec76fca208e2162d9aae2832612595b144c2fbb385e42d8f113f4fde46793b45");
        JsonNode second = Json.MAPPER.readTree(written.get(2).value());
        assertThat(second.get("code").stringValue()).isEqualTo("UNKNOWN_SITE");
        assertThat(second.has("site")).isFalse();
    }

    @Test
    void writesNothingUnlessAllIsFineIfAskedFor() {
        MvcTestResult refused = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "handling=strict")
                .content("[" + GOOD + "," + BAD + "]")
                .exchange();

        assertProblem(refused, 422, "records-refused");
        assertThat(refused).hasHeader("Preference-Applied", "handling=strict");
        assertThat(body(refused).at("/results/0/problems/0/code").stringValue()).isEqualTo("WITHHELD");
        assertThat(body(refused).at("/results/0/recordId").stringValue()).isEqualTo("R1");
        assertThat(body(refused).at("/results/1/problems/0/code").stringValue()).isEqualTo("OUT_OF_RANGE");
        assertThat(writtenTo("outcomes.follow-ups.v1")).isEmpty();
        assertThat(writtenTo("outcomes.rejections.v1")).hasSize(1);

        assertThat(web.post()
                        .uri(FOLLOW_UPS)
                        .contentType(MediaType.APPLICATION_JSON)
                        .header("Prefer", "handling=strict")
                        .content("[" + GOOD + "]")
                        .exchange())
                .hasStatus(202);
        assertThat(writtenTo("outcomes.follow-ups.v1")).hasSize(1);
    }

    @Test
    void answersWithATableIfAskedFor() {
        MvcTestResult result = web.post()
                .uri(FOLLOW_UPS)
                .contentType(CSV)
                .accept(CSV)
                .content("""
                        \uFEFFrecordId,site,participant,visit,instrument,value,assessedOn\r
                        R1,S01,P1,M4,NRS,4,2026-02-28\r
                        ,,,,,,\r
                        "R3",S01,P1,M4,NRS,44,2026-02-28\r
                        """)
                .exchange();

        assertThat(result).hasStatus(207);
        assertThat(new String(result.getResponse().getContentAsByteArray(), UTF_8))
                .isEqualTo("""
                row,recordId,participant,version,status,disposition,code,column,message\r
                1,R1,,1,accepted,,,,\r
                3,R3,,1,refused,,OUT_OF_RANGE,value,value must be 0 to 10 (NRS)\r
                """);
        assertThat(result.getResponse().getContentType()).isEqualTo("text/csv;charset=UTF-8");
    }

    @Test
    void takesAStreamOfLinesLargerThanABodyMayBe() {
        String lines = IntStream.range(0, 2_000)
                .mapToObj(it -> GOOD.replace("R1", "R" + it).replace("\n", ""))
                .collect(Collectors.joining("\n"));
        assertThat(lines.length()).isGreaterThan(100 * 1024);

        MvcTestResult result = post(FOLLOW_UPS, MediaType.APPLICATION_NDJSON, lines + "\n{broken");

        assertThat(result).hasStatus(207).hasContentType(MediaType.APPLICATION_JSON);
        assertThat(body(result).get("accepted").intValue()).isEqualTo(2_000);
        assertThat(body(result).at("/results/2000/problems/0/pointer").stringValue())
                .isEqualTo("/line/2001");
        assertThat(writtenTo("outcomes.follow-ups.v1")).hasSize(2_000);
        assertProblem(
                web.post()
                        .uri(FOLLOW_UPS)
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .header("Prefer", "handling=strict")
                        .content(lines)
                        .exchange(),
                400,
                "bad-request");
    }

    /** Else a few clients that send lines slowly would keep out all others. */
    @Test
    void holdsOfAStreamWhatWasSentOfItAndNotWhatMayBe() {
        int others = budget.free() - 10_000;
        budget.take(others);
        String lines = IntStream.range(0, 200)
                .mapToObj(it -> GOOD.replace("R1", "R" + it).replace("\n", ""))
                .collect(Collectors.joining("\n"));

        MvcTestResult few = post(
                FOLLOW_UPS,
                MediaType.APPLICATION_NDJSON,
                lines.lines().limit(20).collect(Collectors.joining("\n")));
        MvcTestResult many = post(FOLLOW_UPS, MediaType.APPLICATION_NDJSON, lines);

        assertThat(few).hasStatus(202);
        assertProblem(many, 503, "overloaded");
        assertThat(budget.free()).isEqualTo(10_000);
        budget.giveBack(others);
    }

    @Test
    void answersFhirInFhir() {
        String fhir = TRIAL + "/fhir";
        MediaType type = MediaType.valueOf("application/fhir+json");

        for (MvcTestResult result : List.of(
                post(fhir, type, "{"),
                post(fhir, type, "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}"),
                post(fhir, type, " ".repeat(101 * 1024)),
                post(fhir, MediaType.TEXT_PLAIN, "{}"),
                post(fhir + "/Patient", type, "{\"resourceType\":\"Patient\"}"),
                post("/api/v1/trials/none/fhir", type, "{}"),
                web.get().uri(fhir + "/Observation/R1").exchange(),
                web.delete().uri(fhir + "/Observation/R1").exchange())) {
            assertThat(result.getResponse().getStatus()).isBetween(400, 499);
            assertThat(result.getResponse().getContentType()).isEqualTo("application/fhir+json;charset=UTF-8");
            assertThat(body(result).get("resourceType").stringValue()).isEqualTo("OperationOutcome");
        }
        producer.sendException = new TimeoutException("away");
        MvcTestResult away = post(fhir + "/Observation", type, FollowUpFormats.observation(OBSERVED));
        assertThat(away).hasStatus(503).hasHeader("Retry-After", "5");
        assertThat(body(away).at("/issue/0/code").stringValue()).isEqualTo("transient");
    }

    @Test
    void saysInADryRunWhatItWouldSayAndWritesNothing() {
        MvcTestResult result =
                post(FOLLOW_UPS + "?dry-run=true", MediaType.APPLICATION_JSON, "[" + BAD + "," + GOOD + "]");

        assertThat(result)
                .hasStatus(200)
                .hasContentType(MediaType.APPLICATION_JSON)
                .bodyJson()
                .isStrictlyEqualTo("""
                {"trial": "T1", "accepted": 1, "refused": 1, "results": [
                  {"index": 0, "recordId": "R2", "version": 1, "status": "refused", "problems": [
                    {"code": "OUT_OF_RANGE", "pointer": "/0/value", "message": "value must be 0 to 10 (NRS)"}]},
                  {"index": 1, "recordId": "R1", "version": 1, "status": "would-be-accepted", "problems": []}]}""");
        assertThat(producer.history()).isEmpty();
        assertThat(meters.getMeters()).isEmpty();
    }

    @Test
    void saysItInADryRunAsATableIfAskedFor() {
        MvcTestResult result = web.post()
                .uri(FOLLOW_UPS + "?dry-run=true")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(CSV)
                .content("[" + BAD + "," + GOOD + "]")
                .exchange();

        assertThat(result).hasStatus(200);
        assertThat(new String(result.getResponse().getContentAsByteArray(), UTF_8))
                .isEqualTo("""
                row,recordId,participant,version,status,disposition,code,column,message\r
                0,R2,,1,refused,,OUT_OF_RANGE,value,value must be 0 to 10 (NRS)\r
                1,R1,,1,would-be-accepted,,,,\r
                """);
    }

    @Test
    void answers200InADryRunOfWhichNothingWouldBeAccepted() {
        assertThat(post(FOLLOW_UPS + "?dry-run=true", CSV, "recordId\nR1\n")).hasStatus(200);
        assertProblem(post(FOLLOW_UPS + "?dry-run=true", CSV, "recordId,name\nR1,x\n"), 400, "malformed-body");
        assertProblem(
                post(FOLLOW_UPS.replace("T1", "T9") + "?dry-run=true", MediaType.APPLICATION_JSON, GOOD),
                404,
                "unknown-trial");
        assertProblem(post(FOLLOW_UPS + "?dry-run=perhaps", MediaType.APPLICATION_JSON, GOOD), 400, "bad-request");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void writesNothingThatMayTellWhoSomebodyIs() {
        postJson("[" + GOOD.replace("\"P1\"", "\"123-45-6789\"") + ","
                + GOOD.replace("\"site\"", "\"surname\": \"Doe\", \"site\"") + "]");

        assertThat(producer.history())
                .extracting(ProducerRecord::topic)
                .containsExactly("outcomes.rejections.v1", "outcomes.rejections.v1");
        assertThat(producer.history())
                .extracting(it -> new String(it.value(), UTF_8))
                .noneMatch(it -> it.contains("6789") || it.contains("name") || it.contains("Doe"));
    }

    @Test
    void readsEnrolmentsFromJson() {
        MvcTestResult result = post(ENROLMENTS, MediaType.APPLICATION_JSON, """
                {"participant": "P1", "site": "S01", "arm": "ACT", "day1": "2026-01-05", "strata": {"cellType": "x"}}""");

        assertThat(result).hasStatus(202).bodyJson().isStrictlyEqualTo("""
                {"trial": "T1", "accepted": 1, "refused": 0,
                 "results": [{"index": 0, "participant": "P1", "version": 1, "status": "accepted", "problems": []}]}""");
        assertThat(writtenTo("outcomes.enrolments.v1")).hasSize(1);
    }

    @Test
    void readsEnrolmentsFromATable() {
        MvcTestResult result = post(
                ENROLMENTS,
                CSV,
                "participant,site,arm,day1,strata.cellType\r\nP1,S01,ACT,2026-01-05,own cells\r\nP2,S01,,,a=b\r\n");

        assertThat(result).hasStatus(207);
        assertThat(body(result)
                        .at("/results/1/problems")
                        .valueStream()
                        .map(it -> it.get("pointer").stringValue()))
                .containsExactly("/row/2/arm", "/row/2/strata.cellType");
        assertThat(Json.MAPPER
                        .readTree(writtenTo("outcomes.enrolments.v1").get(0))
                        .at("/strata/cellType")
                        .stringValue())
                .isEqualTo("own cells");
    }

    @Test
    void readsFollowUpsFromATable() {
        MvcTestResult result = post(FOLLOW_UPS, MediaType.valueOf("text/csv;charset=utf-8"), """
                recordId,site,participant,visit,instrument,value,assessedOn
                R1,S01,P1,M4,NRS,4,2026-02-28
                R2,S01,P1,M4,NRS,four,2026-02-28
                R3,S01,P1,M4,NRS,4
                """);

        assertThat(result).hasStatus(207);
        assertThat(body(result).at("/results/1/problems/0/pointer").stringValue())
                .isEqualTo("/row/2/value");
        assertThat(body(result).at("/results/2/problems/0/code").stringValue()).isEqualTo("WRONG_CELL_COUNT");
        assertThat(body(result).at("/results/2/problems/0/pointer").stringValue())
                .isEqualTo("/row/3");
    }

    @Test
    void refusesATableWithAnUnknownColumn() {
        MvcTestResult result = post(FOLLOW_UPS, CSV, "recordId,name\nR1,x\n");

        assertProblem(result, 400, "malformed-body");
        assertThat(body(result).at("/errors/0/code").stringValue()).isEqualTo("IDENTIFYING_FIELD");
        assertThat(body(result).at("/errors/0/pointer").stringValue()).isEqualTo("/header/2");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void writesNothingOfABodyThatIsBrokenAfterGoodRecords() {
        MvcTestResult result = postJson("[" + GOOD + ",\n{\"recordId\": R2}]");

        assertProblem(result, 400, "malformed-body");
        assertThat(body(result).get("detail").stringValue())
                .startsWith("the body is not valid JSON at line 3, column 1");
        assertThat(producer.history()).isEmpty();
        assertThat(meters.getMeters()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"application/json, ''", "application/json, []", "text/csv, ''", "text/csv, recordId"})
    void refusesABodyWithoutRecords(String type, String body) {
        assertProblem(post(FOLLOW_UPS, MediaType.valueOf(type), body), 400, "empty-body");
    }

    @Test
    void refusesRecordsOfAnUnknownTrial() {
        assertProblem(post("/api/v1/trials/T9/follow-ups", MediaType.APPLICATION_JSON, GOOD), 404, "unknown-trial");
        assertProblem(web.get().uri("/api/v1/trials/T9").exchange(), 404, "unknown-trial");
        assertThat(meters.getMeters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/yaml", "application/xml"})
    void refusesRecordsInAnotherMediaType(String type) {
        MvcTestResult result = post(FOLLOW_UPS, MediaType.valueOf(type), GOOD);

        assertProblem(result, 415, "unsupported-media-type");
        assertThat(body(result).get("detail").stringValue()).contains("application/json", "text/csv");
    }

    @Test
    void refusesACompressedBody() {
        MvcTestResult result = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_ENCODING, "gzip")
                .content(GOOD)
                .exchange();

        assertProblem(result, 415, "unsupported-media-type");
    }

    @Test
    void refusesAnotherMethod() {
        MvcTestResult result = web.delete().uri(FOLLOW_UPS).exchange();

        assertProblem(result, 405, "method-not-allowed");
        assertThat(result).hasHeader(HttpHeaders.ALLOW, "POST");
    }

    @Test
    void listsTheTrials() {
        assertThat(web.get().uri("/api/v1/trials").exchange())
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("[{\"trial\": \"T1\", \"version\": 2}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/page.js", "/page.css", "/favicon.svg", "/openapi.json", "/docs/docs.js"})
    void servesThePageWithAPolicyThatLetsNothingElseIn(String address) {
        MvcTestResult answer = web.get().uri(address).exchange();

        assertThat(answer)
                .hasStatusOk()
                .hasHeader("X-Content-Type-Options", "nosniff")
                .hasHeader("Referrer-Policy", "no-referrer")
                .hasHeader("Cache-Control", "no-cache");
        assertThat(answer.getResponse().getHeader("Content-Security-Policy"))
                .startsWith("default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/docs/Jane-Doe", "/api/v1/trials/T1/Jane-Doe", "/favicon.ico"})
    void answersUnknownAddressesWithAProblemThatDoesNotRepeatThem(String address) {
        MvcTestResult result = web.get().uri(address).exchange();

        assertProblem(result, 404, "not-found");
        assertThat(body(result).get("detail").stringValue()).doesNotContain("Jane");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/problem+json", "image/png", "*/*"})
    void answersInJsonWhateverIsAccepted(String accept) {
        assertThat(web.post()
                        .uri(FOLLOW_UPS)
                        .accept(accept)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(GOOD))
                .hasStatus(202)
                .hasContentType(MediaType.APPLICATION_JSON);
        assertProblem(
                web.post()
                        .uri(FOLLOW_UPS)
                        .accept(accept)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{")
                        .exchange(),
                400,
                "malformed-body");
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() {
        MvcTestResult result = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .content(new byte[100 * 1024 + 1])
                .exchange();

        assertProblem(result, 413, "body-too-large");
        assertThat(body(result).get("detail").stringValue()).contains("102400 bytes");
    }

    @Test
    void refusesTooManyRecords() {
        String records = IntStream.rangeClosed(0, 100).mapToObj(it -> "{}").collect(Collectors.joining(",", "[", "]"));

        assertProblem(postJson(records), 413, "too-many-records");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void answers503WhenKafkaDoesNotAcknowledge() {
        producer.sendException = new TimeoutException("no metadata");

        MvcTestResult result = postJson("[" + GOOD + "," + BAD + "]");

        assertProblem(result, 503, "kafka-unavailable");
        assertThat(result).hasHeader(HttpHeaders.RETRY_AFTER, "5");
        assertThat(meters.getMeters()).isEmpty();
        assertThat(decisions.awaitedIds()).isZero();
    }

    @Test
    void answers500AndLogsAFailureWithoutItsMessage(CapturedOutput output) {
        producer.sendException = new IllegalStateException("Sentinel");

        MvcTestResult result = postJson(GOOD);

        assertProblem(result, 500, "internal-error");
        assertThat(body(result).toString()).doesNotContain("Sentinel");
        assertThat(output.getAll()).contains("IllegalStateException").doesNotContain("Sentinel");
    }

    @Test
    void countsRecordsOfKnownTrials() {
        postJson("[" + GOOD + "," + BAD + "," + GOOD.replace("R1", "R3") + "]");
        post(ENROLMENTS, MediaType.APPLICATION_JSON, "{\"participant\": \"P1\", \"site\": \"S01\", \"arm\": \"ACT\"}");

        assertThat(meters.getMeters())
                .allSatisfy(it ->
                        assertThat(it.getId().getName()).matches("outcomes\\.ingest\\.(records|entry\\.delay.*)"));
        assertThat(count("follow-up", "accepted", "none")).isEqualTo(2);
        assertThat(count("follow-up", "refused", "OUT_OF_RANGE")).isEqualTo(1);
        assertThat(count("enrolment", "accepted", "none")).isEqualTo(1);
    }

    private double count(String kind, String result, String reason) {
        return meters.get("outcomes.ingest.records")
                .tags("trial", "T1", "kind", kind, "result", result, "reason", reason)
                .counter()
                .count();
    }

    @Test
    void saysWhatIsPendingWhenTheTimeIsOut() {
        MvcTestResult result = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "wait=0")
                .content("[" + GOOD + "," + BAD + "]")
                .exchange();

        assertThat(result).hasStatus(207).hasHeader("Preference-Applied", "wait=0");
        assertThat(body(result).at("/results/0/disposition").stringValue()).isEqualTo("PENDING");
        assertThat(body(result).at("/results/1").has("disposition")).isFalse();
        assertThat(decisions.awaitedIds()).isZero();
    }

    /** Only who waits for a decision lets the thread go meanwhile. */
    @Test
    void answersAtOnceIfNothingIsWaitedFor() {
        for (String body : List.of(GOOD, BAD, "[" + BAD + "," + GOOD + "]")) {
            MvcTestResult result = web.post()
                    .uri(FOLLOW_UPS)
                    .contentType(MediaType.APPLICATION_JSON)
                    .content(body)
                    .asyncExchange();
            assertThat(result.getMvcResult().getRequest().isAsyncStarted()).isFalse();
            assertThat(body(result).at("/results/0/index").intValue()).isZero();
        }
    }

    @Test
    void answersAsSoonAsAllIsDecided() {
        MvcTestResult waiting = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "respond-async, wait=60")
                .content("[" + BAD + "," + GOOD + "]")
                .asyncExchange();
        decisions.decided(
                new Disposition("T1", "P1", Subject.FOLLOW_UP, "R1", 1, Fate.PARKED, 1, Fate.PARKED, Instant.EPOCH));
        MvcTestResult result = web.perform(asyncDispatch(waiting.getMvcResult()));

        assertThat(result).hasStatus(207).hasHeader("Preference-Applied", "wait=60");
        assertThat(body(result).at("/results/0").has("disposition")).isFalse();
        assertThat(body(result).at("/results/1/disposition").stringValue()).isEqualTo("PARKED");
    }

    @ParameterizedTest
    @CsvSource({"CONFLICT, 409", "VERSION_REUSED, 409", "DUPLICATE, 202", "PARKED, 202"})
    void answers409IfTheOnlyRecordContradictsAnother(Fate fate, int status) {
        MvcTestResult waiting = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "wait=60")
                .content(GOOD)
                .asyncExchange();
        decisions.decided(new Disposition("T1", "P1", Subject.FOLLOW_UP, "R1", 1, fate, 1, fate, Instant.EPOCH));
        MvcTestResult result = web.perform(asyncDispatch(waiting.getMvcResult()));

        assertThat(result).hasStatus(status);
        assertThat(body(result).at("/results/0/disposition").stringValue()).isEqualTo(fate.name());
        assertThat(body(result).at("/results/0/status").stringValue()).isEqualTo("accepted");
        if (status == 409) {
            assertProblem(result, 409, "records-contradicted");
        }
    }

    private static Disposition assessed(String recordId, int version, Fate fate, int current, int studyDay) {
        return new Disposition(
                "T1",
                "P1",
                Subject.FOLLOW_UP,
                recordId,
                version,
                fate,
                current,
                Fate.APPLIED,
                Instant.EPOCH,
                "S01",
                new Disposition.Assessed("M4", studyDay));
    }

    private MvcTestResult postAndDecide(String accept, Disposition decision) {
        MvcTestResult waiting = web.post()
                .uri(FOLLOW_UPS)
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", "wait=60")
                .header("Accept", accept)
                .content(GOOD)
                .asyncExchange();
        decisions.decided(decision);
        return web.perform(asyncDispatch(waiting.getMvcResult()));
    }

    /** Flagged, not refused. */
    @Test
    void tellsWhoWaitsThatAnAssessmentMissedItsWindow() {
        MvcTestResult late = postAndDecide("application/json", assessed("R1", 1, Fate.APPLIED, 1, 147));

        assertThat(late).hasStatus(202);
        assertThat(body(late).at("/results/0/window").toString())
                .isEqualTo("{\"code\":\"LATE\",\"days\":12,"
                        + "\"message\":\"assessed 12 days after the window closed; kept and counted as late\"}");
        assertThat(body(postAndDecide("application/json", assessed("R1", 1, Fate.APPLIED, 1, 121)))
                        .at("/results/0")
                        .has("window"))
                .isFalse();
        assertThat(postAndDecide("text/csv", assessed("R1", 1, Fate.APPLIED, 1, 106)))
                .bodyText()
                .endsWith("accepted,APPLIED,EARLY,assessedOn,"
                        + "assessed 1 day before the window opened; kept and counted as early\r\n");
    }

    @ParameterizedTest
    @CsvSource({"STALE, 2", "VERSION_REUSED, 1"})
    void tellsNothingOfTheWindowWhereAnotherVersionOrContentStands(Fate fate, int current) {
        MvcTestResult result = postAndDecide("application/json", assessed("R1", 1, fate, current, 147));

        assertThat(body(result).at("/results/0/disposition").stringValue()).isEqualTo(fate.name());
        assertThat(body(result).at("/results/0").has("window")).isFalse();
    }

    @Test
    void judgesTheWindowByTheProtocolOfTheDay() {
        driver.decide(assessed("LATE-1", 1, Fate.APPLIED, 1, 147));
        String address = FOLLOW_UPS + "/LATE-1";
        assertThat(body(web.get().uri(address).exchange())
                        .at("/records/0/window/code")
                        .stringValue())
                .isEqualTo("LATE");

        String wider = PROTOCOL.replace("\"windowClose\": 135", "\"windowClose\": 150");
        register.hold("T1", Json.MAPPER.readValue(wider, Protocol.class));

        JsonNode record = body(web.get().uri(address).exchange()).at("/records/0");
        assertThat(record.has("window")).isFalse();
        assertThat(record.at("/assessed/studyDay").intValue()).isEqualTo(147);
    }

    @Test
    void saysInFhirThatAnAssessmentMissedItsWindow() {
        MediaType type = MediaType.valueOf("application/fhir+json");
        String observation = FollowUpFormats.observation(OBSERVED);
        String batch = """
                {"resourceType": "Bundle", "type": "batch", "entry": [
                  {"resource": %s, "request": {"method": "POST", "url": "Observation"}}]}""".formatted(observation);
        for (String[] way :
                new String[][] {{"/Observation", observation, ""}, {"", batch, "/entry/0/response/outcome"}}) {
            MvcTestResult waiting = web.post()
                    .uri(TRIAL + "/fhir" + way[0])
                    .contentType(type)
                    .header("Prefer", "wait=60")
                    .content(way[1])
                    .asyncExchange();
            decisions.decided(assessed("R1", 1, Fate.APPLIED, 1, 147));
            JsonNode issue =
                    body(web.perform(asyncDispatch(waiting.getMvcResult()))).at(way[2] + "/issue");

            assertThat(issue.size()).isEqualTo(1);
            assertThat(issue.at("/0/severity").stringValue()).isEqualTo("information");
            assertThat(issue.at("/0/details/coding/0/code").stringValue()).isEqualTo("LATE");
            assertThat(issue.at("/0/details/text").stringValue()).startsWith("assessed 12 days after");
        }
    }

    @Test
    void answers429ToAClientThatSendsTooMuchAndToNoOther() {
        MvcTestResult last = askUntilRefused("/api/v1/instruments");

        assertProblem(last, 429, "too-many-requests");
        assertThat(last).hasHeader("Retry-After", "1");
        assertThat(askAs("patient", "/api/v1/instruments")).hasStatus(200);
        MvcTestResult inFhir = askUntilRefused(TRIAL + "/fhir/metadata");
        assertThat(inFhir).hasStatus(429).hasHeader("Retry-After", "1");
        assertThat(body(inFhir).at("/issue/0/code").stringValue()).isEqualTo("throttled");
    }

    /** While they come, there is room for a few more. */
    private MvcTestResult askUntilRefused(String address) {
        MvcTestResult last = askAs("eager", address);
        for (int i = 0; i < 10 * REQUESTS_PER_MINUTE && last.getResponse().getStatus() == 200; i++) {
            last = askAs("eager", address);
        }
        return last;
    }

    private MvcTestResult askAs(String subject, String address) {
        String token = TOKENS.with(claims ->
                claims.subject(subject).claim("roles", List.of("site")).claim("trials", List.of("*")));
        return web.get()
                .uri(address)
                .with(request -> {
                    request.removeHeader("Authorization");
                    request.addHeader("Authorization", "Bearer " + token);
                    return request;
                })
                .exchange();
    }

    @Test
    void readsAdverseEventsFromJsonAndFromATable() {
        MvcTestResult json = post(TRIAL + "/adverse-events", MediaType.APPLICATION_JSON, """
                [{"recordId": "AE1", "site": "S01", "participant": "P1", "onsetOn": "2026-02-01", "severity": "mild", "serious": false},
                 {"recordId": "AE2", "site": "S01", "participant": "P1", "onsetOn": "2026-02-01", "serious": false}]""");
        MvcTestResult table = post(TRIAL + "/adverse-events", CSV, """
                recordId,site,participant,term,onsetOn,severity,serious
                AE3,S01,P1,10019211,2026-02-01,severe,TRUE
                AE4,S01,P1,,2026-02-01,severe,maybe
                """);

        assertThat(json).hasStatus(207);
        assertThat(body(json).at("/results/1/problems/0/pointer").stringValue()).isEqualTo("/1/severity");
        assertThat(table).hasStatus(207);
        assertThat(body(table).at("/results/1/problems/0/pointer").stringValue())
                .isEqualTo("/row/2/serious");
        assertThat(writtenTo("outcomes.adverse-events.v1"))
                .extracting(it -> Json.MAPPER.readTree(it).get("serious").booleanValue())
                .containsExactly(false, true);
        assertThat(count("adverse-event", "accepted", "none")).isEqualTo(2);
    }

    @Test
    void takesAnErasureAsOftenAsItIsOrdered() {
        String order = "{\"participant\": \"P1\", \"orderedBy\": \"DPO-1\", \"reason\": \"objection\"}";
        for (int i = 0; i < 2; i++) {
            assertThat(post(TRIAL + "/erasures", MediaType.APPLICATION_JSON, order))
                    .hasStatus(202)
                    .bodyJson()
                    .isStrictlyEqualTo("""
                    {"trial": "T1", "accepted": 1, "refused": 0,
                     "results": [{"index": 0, "participant": "P1", "status": "accepted", "problems": []}]}""");
        }

        assertThat(writtenTo("outcomes.erasures.v1")).hasSize(2);
    }

    @Test
    void tellsWhatBecameOfARecord() {
        String address = FOLLOW_UPS + "/S01-0007";
        assertProblem(web.get().uri(address).exchange(), 404, "unknown-record");

        driver.decide(new Disposition(
                "T1", "P1", Subject.FOLLOW_UP, "S01-0007", 1, Fate.STALE, 2, Fate.APPLIED, Instant.EPOCH));

        assertThat(web.get().uri(address)).hasStatus(200).bodyJson().isStrictlyEqualTo("""
                {"trial": "T1", "recordId": "S01-0007", "records": [
                  {"trial": "T1", "participant": "P1", "subject": "follow-up", "recordId": "S01-0007", "version": 1,
                   "fate": "STALE", "currentVersion": 2, "currentFate": "APPLIED",
                   "decidedAt": "1970-01-01T00:00:00Z"}]}""");
        assertProblem(web.get().uri(TRIAL + "/adverse-events/S01-0007").exchange(), 404, "unknown-record");
        assertProblem(web.get().uri(TRIAL + "/enrolments/S01-0007").exchange(), 404, "not-found");
    }

    private static final String UNBLINDING =
            "{\"by\": \"STAT-1\", \"at\": \"2026-02-28T09:00:00Z\", \"reason\": \"database locked\"}";

    private void hold(String participant) {
        Unblinding held = new Unblinding(
                "T1", participant, "STAT-1", Instant.parse("2026-02-28T09:00:00Z"), "database locked", Instant.EPOCH);
        unblindings.hold(held.key(), held);
    }

    @Test
    void unblindsATrialAndAParticipantOnce() {
        hold(null);
        hold("P1");

        assertThat(post(TRIAL + "/unblindings", MediaType.APPLICATION_JSON, UNBLINDING))
                .hasStatus(200)
                .bodyJson()
                .isStrictlyEqualTo("{\"trial\": \"T1\", \"at\": \"2026-02-28T09:00:00Z\", \"result\": \"unchanged\"}");
        assertThat(post(
                        TRIAL + "/unblindings",
                        MediaType.APPLICATION_JSON,
                        UNBLINDING.replace("{", "{\"participant\": \"P1\", ")))
                .hasStatus(200)
                .bodyJson()
                .extractingPath("$.participant")
                .isEqualTo("P1");
        assertProblem(
                post(TRIAL + "/unblindings", MediaType.APPLICATION_JSON, UNBLINDING.replace("STAT-1", "STAT-2")),
                409,
                "already-unblinded");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void refusesAnUnblindingThatBreaksARule() {
        MvcTestResult result = post(
                TRIAL + "/unblindings",
                MediaType.APPLICATION_JSON,
                "{\"by\": \"STAT-1\", \"at\": \"2027-01-01T00:00:00Z\"}");

        assertProblem(result, 422, "unblinding-refused");
        assertThat(body(result)
                        .get("errors")
                        .valueStream()
                        .map(it -> it.get("pointer").stringValue()))
                .containsExactlyInAnyOrder("/at", "/reason");
        assertProblem(
                post("/api/v1/trials/T9/unblindings", MediaType.APPLICATION_JSON, UNBLINDING), 404, "unknown-trial");
        assertProblem(post(TRIAL + "/unblindings", CSV, UNBLINDING), 415, "unsupported-media-type");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void refusesAProtocolThatUnblinds() {
        MvcTestResult result = web.put()
                .uri(TRIAL)
                .contentType(MediaType.APPLICATION_JSON)
                .content(PROTOCOL.replace("\"version\": 2, \"masked\": true", "\"version\": 3, \"masked\": false"))
                .exchange();

        assertProblem(result, 422, "protocol-refused");
        assertThat(body(result).at("/errors/0/code").stringValue()).isEqualTo("UNBLINDS");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void showsTheCatalogueOfInstruments() {
        MvcTestResult result = web.get().uri("/api/v1/instruments").exchange();

        assertThat(result).hasStatus(200).hasContentType(MediaType.APPLICATION_JSON);
        assertThat(body(result).get("version").stringValue()).isEqualTo("2026-1");
        assertThat(body(result).get("instruments").size()).isEqualTo(22);
    }

    @Test
    void putsTheSameProtocolWithoutWritingIt() {
        MvcTestResult result = web.put()
                .uri(TRIAL)
                .contentType(MediaType.APPLICATION_JSON)
                .content(PROTOCOL)
                .exchange();

        assertThat(result)
                .hasStatus(200)
                .bodyJson()
                .isStrictlyEqualTo("{\"trial\": \"T1\", \"version\": 2, \"result\": \"unchanged\"}");
        assertThat(producer.history()).isEmpty();
    }

    @ParameterizedTest(name = "version {0}: {2}")
    @CsvSource({"2, 409, version-reused", "1, 409, stale", "3, 422, protocol-refused"})
    void refusesAProtocolThatDoesNotFollowTheOneThatIsHeld(int version, int status, String type) {
        String other = PROTOCOL.replace("\"version\": 2", "\"version\": " + version)
                .replace("\"decimals\": 0", "\"decimals\": 1");

        MvcTestResult result = web.put()
                .uri(TRIAL)
                .contentType(MediaType.APPLICATION_JSON)
                .content(other)
                .exchange();

        assertProblem(result, status, type);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void namesEachChangeOfAProtocolThatIsRefused() {
        MvcTestResult result = web.put()
                .uri(TRIAL)
                .contentType(MediaType.APPLICATION_YAML)
                .content("""
                        version: 3
                        masked: true
                        arms: [{code: ACT}, {code: PBO}]
                        sites: [S02]
                        visits: [{code: M4, day: 121, windowOpen: 107, windowClose: 135}]
                        instruments: [{code: NRS, decimals: 1, higherIsWorse: false}]
                        """)
                .exchange();

        assertProblem(result, 422, "protocol-refused");
        assertThat(body(result)
                        .get("errors")
                        .valueStream()
                        .map(it -> it.get("pointer").stringValue()))
                .containsExactly("/sites", "/instruments/0/decimals", "/instruments/0/higherIsWorse");
    }

    @Test
    void saysWhereYamlIsBroken() {
        MvcTestResult result = web.put()
                .uri(TRIAL)
                .contentType(MediaType.APPLICATION_YAML)
                .content("version: 3\nsites: [S01\nvisits: []\n")
                .exchange();

        assertProblem(result, 400, "malformed-body");
        assertThat(body(result).get("detail").stringValue())
                .startsWith("the body is not valid YAML at line 3, column ");
    }

    @Test
    void showsTheProtocolThatIsHeld() {
        assertThat(web.get().uri(TRIAL)).hasStatus(200).hasContentType(MediaType.APPLICATION_JSON);
        assertThat(Json.MAPPER.readValue(
                        web.get().uri(TRIAL).exchange().getResponse().getContentAsByteArray(), Protocol.class))
                .isEqualTo(register.find("T1").orElseThrow());
    }

    @Test
    void repeatsNothingThatWasPosted(CapturedOutput output) {
        String secret = "Sentinel-4711 ";
        List<String> bodies = List.of(
                "{\"recordId\": \"%s\", \"site\": \"%s\", \"participant\": \"%s\", \"visit\": \"%s\", \"instrument\": \"%s\", \"value\": \"%s\", \"unit\": \"%s\", \"comparator\": \"%s\", \"assessedOn\": \"%s\", \"status\": \"%s\", \"version\": \"%s\", \"%s\": 1}"
                        .replace("%s", secret),
                "{\"recordId\": " + secret + "}",
                "{\"recordId\": \"" + secret,
                "[\"" + secret + "\"]",
                "{\"" + secret + "\": 1, \"" + secret + "\": 2}");
        StringBuilder answers = new StringBuilder();
        for (String body : bodies) {
            for (String path : List.of(
                    FOLLOW_UPS, ENROLMENTS, TRIAL + "/adverse-events", TRIAL + "/erasures", TRIAL + "/unblindings")) {
                answers.append(new String(
                        post(path, MediaType.APPLICATION_JSON, body)
                                .getResponse()
                                .getContentAsByteArray(),
                        UTF_8));
            }
        }
        for (String table : List.of(
                secret + "\n",
                "recordId,value\n" + secret + "," + secret + "\n",
                "recordId\n\"" + secret + "\"x\n",
                "recordId\n" + secret + "," + secret)) {
            answers.append(new String(post(FOLLOW_UPS, CSV, table).getResponse().getContentAsByteArray(), UTF_8));
        }
        for (ProducerRecord<String, byte[]> rejection : producer.history()) {
            assertThat(rejection.topic()).isEqualTo(Topics.REJECTIONS.name());
            answers.append(rejection.key())
                    .append(new String(rejection.value(), UTF_8))
                    .append(rejection.headers());
        }

        assertThat(producer.history()).isNotEmpty();
        assertThat(answers.toString()).contains("INVALID_CODE").doesNotContain("4711");
        assertThat(output.getAll()).doesNotContain("4711");
        assertThat(meters.getMetersAsString()).doesNotContain("4711");
    }
}

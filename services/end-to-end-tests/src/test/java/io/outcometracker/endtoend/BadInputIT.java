package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.endtoend.Client.Answer;
import io.outcometracker.testkit.TestKafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whatever is sent, the answer says what is wrong and where, nothing of it is written, and the product goes on. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
    private static final int AFTER_THE_OTHERS = Order.DEFAULT + 1;

    /** Stands in every refused request, as a number or as a part of a text, and must not come back from anywhere. */
    private static final String SECRET = "7391828459";

    private static final String TRIAL = TestKafka.unique("bad-input");
    private static final String PARTICIPANT = "{'participant':'P1','site':'S1','arm':'ACT','day1':'2025-01-13'}";
    private static final String SCORE =
            "{'recordId':'R1','site':'S1','participant':'P1','visit':'BL','instrument':'NRS','value':4,'assessedOn':'2025-01-13'}";
    private static final String EVENT =
            "{'recordId':'AE1','site':'S1','participant':'P1','onsetOn':'2025-02-01','severity':'mild','serious':false}";
    private static final String ERASURE = "{'participant':'P1','orderedBy':'DPO-1','reason':'erasure granted'}";
    private static final int TOO_MUCH = 50_000_000;

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private static final List<String> answers = new ArrayList<>();
    private static Client client;
    private static Map<TopicPartition, Long> endsBefore;

    @BeforeAll
    static void startATrial() throws Exception {
        client = product.client();
        Suite.put(client, TRIAL, "open");
        assertThat(post(Client.ENROLMENTS, PARTICIPANT).status()).isEqualTo(202);
        endsBefore = ends();
    }

    private static Answer post(String records, String body) {
        return client.post(TRIAL, records, Client.JSON, body.replace('\'', '"'));
    }

    /** How far the topics of accepted records reach. */
    private static Map<TopicPartition, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (Topic<?> topic : List.of(
                Topics.TRIALS,
                Topics.ENROLMENTS,
                Topics.FOLLOW_UPS,
                Topics.ADVERSE_EVENTS,
                Topics.ERASURES,
                Topics.UNBLINDINGS)) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        try (Admin admin = Admin.create(product.process().clientSettings())) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(partitions).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        }
    }

    /** The score with one field changed, absent or added. */
    private static String score(String field, String value) {
        return with(SCORE, field, value);
    }

    private static String enrolment(String field, String value) {
        return with(PARTICIPANT, field, value);
    }

    private static String with(String record, String field, String value) {
        String without = record.replaceFirst(",?'" + field + "':[^,}]*", "").replace("{,", "{");
        return value.isEmpty() ? without : without.replace("}", ",'" + field + "':" + value + "}");
    }

    static Stream<Arguments> refusedRecords() {
        return Stream.of(
                refused("follow-ups", score("visit", "'M9-7391828459'"), "UNKNOWN_VISIT", "/visit"),
                refused("follow-ups", score("instrument", "'X7391828459'"), "UNKNOWN_INSTRUMENT", "/instrument"),
                refused("follow-ups", score("site", "'S7391828459'"), "UNKNOWN_SITE", "/site"),
                refused("enrolments", enrolment("arm", "'A7391828459'"), "UNKNOWN_ARM", "/arm"),
                refused("enrolments", enrolment("arm", ""), "MISSING", "/arm"),
                refused("enrolments", enrolment("strata", "{'s':'7391828459'}"), "UNKNOWN_STRATUM", "/strata/s"),
                refused("enrolments", enrolment("day1", "'2025-13-01 7391828459'"), "INVALID_DATE", "/day1"),
                refused("enrolments", enrolment("status", "'screened'"), "INCONSISTENT", "/arm"),
                refused(
                        "enrolments",
                        with(
                                enrolment("status", "'off-study','offStudyOn':'2025-02-01'"),
                                "offStudyReason",
                                "'moved 7391828459'"),
                        "INVALID_CHOICE",
                        "/offStudyReason"),
                refused("adverse-events", with(EVENT, "term", "'fell 7391828459'"), "INVALID_CODE", "/term"),
                refused("adverse-events", with(EVENT, "severity", "'7391828459'"), "INVALID_CHOICE", "/severity"),
                refused("adverse-events", with(EVENT, "serious", "'7391828459'"), "WRONG_TYPE", "/serious"),
                refused("adverse-events", with(EVENT, "serious", ""), "MISSING", "/serious"),
                refused("adverse-events", with(EVENT, "onsetOn", "'9999-01-01'"), "FUTURE_DATE", "/onsetOn"),
                refused("adverse-events", with(EVENT, "narrative", "'7391828459'"), "IDENTIFYING_FIELD", "/narrative"),
                refused("erasures", with(ERASURE, "participant", "'Jane 7391828459'"), "INVALID_CODE", "/participant"),
                refused("erasures", with(ERASURE, "orderedBy", "'Dr. 7391828459'"), "INVALID_CODE", "/orderedBy"),
                refused("erasures", with(ERASURE, "reason", "'a\\n7391828459'"), "INVALID_TEXT", "/reason"),
                refused("follow-ups", score("value", "7391828459"), "OUT_OF_RANGE", "/value"),
                refused("follow-ups", score("value", "-0.7391828459"), "OUT_OF_RANGE", "/value"),
                refused("follow-ups", score("value", "1e999999999"), "OUT_OF_RANGE", "/value"),
                refused("follow-ups", score("value", "0.7391828459"), "TOO_MANY_DECIMALS", "/value"),
                refused("follow-ups", score("value", "'7391828459'"), "WRONG_TYPE", "/value"),
                refused("follow-ups", score("value", "['7391828459']"), "WRONG_TYPE", "/value"),
                refused("follow-ups", score("value", "true"), "WRONG_TYPE", "/value"),
                refused("follow-ups", score("value", "null"), "MISSING", "/value"),
                refused("follow-ups", score("value", ""), "MISSING", "/value"),
                refused("follow-ups", score("recordId", ""), "MISSING", "/recordId"),
                refused("follow-ups", score("recordId", "7391828459"), "WRONG_TYPE", "/recordId"),
                refused("follow-ups", score("participant", "'Jane Doe 7391828459'"), "INVALID_CODE", "/participant"),
                refused("follow-ups", score("participant", "'P|7391828459'"), "INVALID_CODE", "/participant"),
                refused("follow-ups", score("assessedOn", "'2025-02-30 7391828459'"), "INVALID_DATE", "/assessedOn"),
                refused("follow-ups", score("assessedOn", "'9999-01-01'"), "FUTURE_DATE", "/assessedOn"),
                refused("follow-ups", score("version", "0"), "INVALID_VERSION", "/version"),
                refused("follow-ups", score("version", "1.7391828459"), "WRONG_TYPE", "/version"),
                refused("follow-ups", score("version", "7391828459"), "WRONG_TYPE", "/version"),
                refused("follow-ups", score("version", "2"), "REASON_REQUIRED", "/reasonForChange"),
                refused("follow-ups", score("status", "'7391828459'"), "INVALID_CHOICE", "/status"),
                refused("follow-ups", score("unit", "'7391828459'"), "IDENTIFYING_VALUE", "/unit"),
                refused("follow-ups", score("notDoneReason", "'7391828459'"), "INCONSISTENT", "/notDoneReason"),
                refused("follow-ups", score("dateOfBirth", "'7391828459'"), "IDENTIFYING_FIELD", "/dateOfBirth"),
                refused("follow-ups", score("Jane 7391828459", "1"), "UNKNOWN_FIELD", ""),
                refused("follow-ups", "'7391828459'", "WRONG_TYPE", ""),
                refused("follow-ups", "[[" + score("value", "7391828459") + "]]", "WRONG_TYPE", "/0"),
                refused("follow-ups", "[null]", "WRONG_TYPE", "/0"),
                refused("follow-ups", "[" + score("value", "7391828459") + "]", "OUT_OF_RANGE", "/0/value"));
    }

    private static Arguments refused(String records, String body, String code, String pointer) {
        return Arguments.of(records, body, code, pointer);
    }

    @ParameterizedTest
    @MethodSource("refusedRecords")
    void saysWhichFieldBreaksWhichRule(String records, String body, String code, String pointer) {
        Answer answer = remember(post(records, body));

        requireProblem(answer, 422, "records-refused");
        List<JsonNode> problems = new ArrayList<>();
        answer.json().get("results").forEach(result -> result.get("problems").forEach(problems::add));
        assertThat(problems).as(answer.body()).anySatisfy(problem -> {
            assertThat(problem.get("code").stringValue()).isEqualTo(code);
            assertThat(problem.get("pointer").stringValue()).isEqualTo(pointer);
            assertThat(problem.get("message").stringValue()).isNotBlank();
        });
    }

    static Stream<Arguments> refusedBodies() {
        String noQuotes = SCORE.replace('\'', '"');
        return Stream.of(
                body("not ended", Client.JSON, "[" + noQuotes, 400, "malformed-body", "line 1, column "),
                body(
                        "a comma too many",
                        Client.JSON,
                        "[\n" + noQuotes + ",\n]",
                        400,
                        "malformed-body",
                        "line 3, column 1"),
                body("no JSON", Client.JSON, "<record>7391828459</record>", 400, "malformed-body", "line 1, column 1"),
                body("not a number", Client.JSON, "{\"value\": NaN}", 400, "malformed-body", "line 1"),
                body(
                        "a field twice",
                        Client.JSON,
                        "{\"value\": 1, \"value\": 7391828459}",
                        400,
                        "malformed-body",
                        "line 1"),
                body("two bodies", Client.JSON, noQuotes + noQuotes, 400, "malformed-body", "line 1"),
                body("endless nesting", Client.JSON, "[".repeat(100_000), 400, "malformed-body", "line 1"),
                body(
                        "endless number",
                        Client.JSON,
                        "{\"value\": " + "7391828459".repeat(1000) + "}",
                        400,
                        "malformed-body",
                        "line 1"),
                body("nothing", Client.JSON, "", 400, "empty-body", ""),
                body("blanks", Client.JSON, " \n ", 400, "empty-body", ""),
                body("no records", Client.JSON, "[]", 400, "empty-body", ""),
                body("no rows", Client.CSV, "recordId,site\n", 400, "empty-body", ""),
                body("nothing in a table", Client.CSV, "", 400, "empty-body", ""),
                body(
                        "unknown column",
                        Client.CSV,
                        "recordId,dateOfBirth\nR1,7391828459\n",
                        400,
                        "malformed-body",
                        "header"),
                body(
                        "unbalanced quotation",
                        Client.CSV,
                        "recordId,site\n\"R1,7391828459\n",
                        400,
                        "malformed-body",
                        "row 1"),
                body(
                        "wrong quotation",
                        Client.CSV,
                        "recordId,site\n\"R1\"7391828459,S1\n",
                        400,
                        "malformed-body",
                        "row 1"),
                body("JSON as text", "text/plain", noQuotes, 415, "unsupported-media-type", "application/json"),
                body(
                        "JSON as XML",
                        "application/xml",
                        "<value>7391828459</value>",
                        415,
                        "unsupported-media-type",
                        "text/csv"),
                body(
                        "a form",
                        "application/x-www-form-urlencoded",
                        "value=7391828459",
                        415,
                        "unsupported-media-type",
                        "text/csv"),
                body("not a media type", "7391828459", noQuotes, 415, "unsupported-media-type", "application/json"));
    }

    private static Arguments body(
            String name, String contentType, String body, int status, String type, String detail) {
        return Arguments.argumentSet(name, contentType, body, status, type, detail);
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void saysWhereABodyIsBroken(String contentType, String body, int status, String type, String detail) {
        Answer answer = remember(client.post(TRIAL, Client.FOLLOW_UPS, contentType, body));

        requireProblem(answer, status, type);
        assertThat(answer.json().get("detail").stringValue()).contains(detail);
    }

    @Test
    void saysThatABodyIsNotUtf8() {
        BodyPublisher latin1 = BodyPublishers.ofByteArray(
                score("reasonForChange", "'für 7391828459'").replace('\'', '"').getBytes(ISO_8859_1));
        requireProblem(remember(send("POST", "follow-ups", Client.JSON, latin1)), 400, "malformed-body");

        BodyPublisher table =
                BodyPublishers.ofByteArray("recordId,reasonForChange\nR1,für 7391828459\n".getBytes(ISO_8859_1));
        requireProblem(remember(send("POST", "follow-ups", Client.CSV, table)), 400, "malformed-body");
    }

    @Test
    void namesTheRowAndColumnOfATable() {
        String table = """
                recordId,site,participant,visit,instrument,value,assessedOn
                R1,S1,P1,BL,NRS,7391828459,2025-01-13
                R2,S1,P1,BL,NRS,4
                """;
        Answer answer = remember(client.post(TRIAL, Client.FOLLOW_UPS, Client.CSV, table));

        requireProblem(answer, 422, "records-refused");
        assertThat(answer.json().at("/results/0/problems/0/pointer").stringValue())
                .isEqualTo("/row/1/value");
        assertThat(answer.json().at("/results/1/problems/0/pointer").stringValue())
                .isEqualTo("/row/2");
    }

    @Test
    void refusesABodyThatIsTooLargeWhetherOrNotItSaysSo() {
        // Between the parts of it, as a text of this length is refused for that.
        byte[] large = ("[\"" + SECRET + "\"" + " ".repeat(TOO_MUCH) + "]").getBytes(UTF_8);
        requireProblem(
                remember(send("POST", "follow-ups", Client.JSON, BodyPublishers.ofByteArray(large))),
                413,
                "body-too-large");
        requireProblem(
                remember(send(
                        "POST",
                        "follow-ups",
                        Client.JSON,
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))),
                413,
                "body-too-large");
    }

    /** Each of them would do. */
    @Test
    void refusesTooManyRecordsAsAWhole() {
        String records = '[' + (SCORE + ',').repeat(60_000) + SCORE + ']';

        requireProblem(remember(post(Client.FOLLOW_UPS, records)), 413, "too-many-records");
    }

    private static Answer send(String method, String records, String contentType, BodyPublisher body) {
        return client.send(client.request(client.ingest(), "api/v1/trials/" + TRIAL + "/" + records)
                .header("Content-Type", contentType)
                .method(method, body));
    }

    /** Of a trial that is not masked. */
    @Test
    void refusesAnUnblindingThatCannotBe() {
        Answer answer = remember(post("unblindings", "{'by':'Dr. 7391828459','at':'7391828459','arm':'7391828459'}"));

        requireProblem(answer, 422, "unblinding-refused");
        assertThat(answer.json()
                        .get("errors")
                        .valueStream()
                        .map(it ->
                                it.get("code").stringValue() + it.get("pointer").stringValue()))
                .containsExactlyInAnyOrder(
                        "NOT_MASKED", "INVALID_CODE/by", "INVALID_DATE/at", "MISSING/reason", "UNKNOWN_FIELD/arm");
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                Arguments.of("POST", "api/v1/trials/NO-SUCH-TRIAL/follow-ups", 404, "unknown-trial"),
                Arguments.of("POST", "api/v1/trials/NO-SUCH-TRIAL/enrolments", 404, "unknown-trial"),
                Arguments.of("GET", "api/v1/trials/NO-SUCH-TRIAL", 404, "unknown-trial"),
                Arguments.of("GET", "api/v1/trials/Jane%20Doe%207391828459", 404, "unknown-trial"),
                Arguments.of("POST", "api/v1/trials/" + TRIAL + "/7391828459", 404, "not-found"),
                Arguments.of("POST", "api/v1/trials/NO-SUCH-TRIAL/unblindings", 404, "unknown-trial"),
                Arguments.of("GET", "api/v1/trials/" + TRIAL + "/follow-ups/7391828459", 404, "unknown-record"),
                Arguments.of("GET", "api/v1/trials/" + TRIAL + "/adverse-events/a%7Cb", 404, "unknown-record"),
                Arguments.of("GET", "api/v1/trials/" + TRIAL + "/enrolments/P1", 404, "not-found"),
                Arguments.of("GET", "api", 404, "not-found"),
                Arguments.of("GET", "api/v2/trials/7391828459", 404, "not-found"),
                Arguments.of("GET", "api/v1/trials/%2e%2e%2f7391828459", 400, "bad-request"),
                Arguments.of("DELETE", "api/v1/trials/" + TRIAL, 405, "method-not-allowed"),
                Arguments.of("DELETE", "api/v1/trials/" + TRIAL + "/follow-ups", 405, "method-not-allowed"),
                Arguments.of("PUT", "api/v1/trials/" + TRIAL + "/enrolments", 405, "method-not-allowed"),
                Arguments.of("GET", "api/v1/trials/" + TRIAL + "/follow-ups", 405, "method-not-allowed"));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void saysThatNothingIsThere(String method, String path, int status, String type) {
        // Not remembered: an answer names the address that was asked.
        Answer answer = client.send(client.request(client.ingest(), path)
                .header("Content-Type", Client.JSON)
                .method(method, BodyPublishers.ofString(SCORE.replace('\'', '"'))));

        requireProblem(answer, status, type);
        assertThat(answer.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
    }

    @Test
    void soDoesTheMetricsService() {
        requireProblem(client.get("api/v1/trials/NO-SUCH-TRIAL/metrics"), 404, "unknown-trial");
        for (Answer answer : List.of(
                client.get("api/v1/trials/" + TRIAL + "/7391828459"),
                client.get("api/v2/trials"),
                client.get("api/v1/trials/" + TRIAL + "/metrics", "application/xml"),
                client.send(
                        client.request(client.metricsService(), "api/v1/trials").DELETE()))) {
            assertThat(answer.status()).as(answer.body()).isBetween(404, 406);
            assertThat(answer.contentType()).as(answer.body()).startsWith("application/problem+json");
        }
    }

    static Stream<Arguments> protocols() {
        return Stream.of(
                protocol("nothing of a protocol", Client.JSON, "{}", 422, "/version"),
                protocol("a list", Client.JSON, "[]", 422, ""),
                protocol("another trial", Client.JSON, "{\"trial\": \"T7391828459\"}", 422, "/trial"),
                protocol("a code that is none", Client.JSON, "{\"sites\": [\"7391828459 \"]}", 422, "/sites/0"),
                protocol(
                        "a day that is none",
                        Client.JSON,
                        "{\"visits\": [{\"code\": \"BL\", \"day\": 0}]}",
                        422,
                        "/visits/0/day"),
                protocol("a field that is none", Client.JSON, "{\"sponsor\": \"7391828459\"}", 422, "/sponsor"),
                protocol("a catalogue that is none", Client.JSON, "{\"catalogue\": \"7391828459\"}", 422, "/catalogue"),
                protocol(
                        "an instrument that no catalogue has",
                        Client.JSON,
                        "{\"catalogue\": \"2026-1\", \"instruments\": [{\"code\": \"X7391828459\"}]}",
                        422,
                        "/instruments/0/decimals"),
                protocol(
                        "a release that is none",
                        Client.JSON,
                        "{\"disclosure\": {\"release\": {\"every\": \"7391828459\", \"minNewRecords\": 5}}}",
                        422,
                        "/disclosure/release/every"),
                protocol("broken YAML", "application/yaml", "version: 1\n  sites: [7391828459", 400, null),
                protocol("broken JSON", Client.JSON, "{\"version\": 7391828459", 400, null),
                protocol("empty", Client.JSON, "", 400, null),
                protocol("CSV", Client.CSV, "version\n7391828459\n", 415, null));
    }

    private static Arguments protocol(String name, String contentType, String body, int status, String pointer) {
        return Arguments.argumentSet(name, contentType, body, status, pointer);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void refusesAProtocolThatCannotBe(String contentType, String body, int status, String pointer) {
        Answer answer = remember(client.send(client.request(client.ingest(), "api/v1/trials/" + TestKafka.unique("no"))
                .header("Content-Type", contentType)
                .PUT(BodyPublishers.ofString(body))));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        if (pointer != null) {
            assertThat(answer.json()
                            .get("errors")
                            .valueStream()
                            .map(it -> it.get("pointer").stringValue()))
                    .contains(pointer);
        }
    }

    private static void requireProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:outcometracker:problem:" + type);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("title").stringValue()).isNotBlank();
        assertThat(problem.get("detail").stringValue()).isNotBlank();
    }

    private static Answer remember(Answer answer) {
        answers.add(answer.body());
        return answer;
    }

    @Test
    @Order(AFTER_THE_OTHERS)
    void nothingOfItIsWritten() throws Exception {
        assertThat(ends()).isEqualTo(endsBefore);
    }

    @Test
    @Order(AFTER_THE_OTHERS)
    void nothingOfItIsTold() throws IOException {
        assertThat(answers).hasSizeGreaterThan(60);
        assertThat(answers.stream().filter(it -> it.contains(SECRET))).isEmpty();
        assertThat(rejections()).hasSizeGreaterThan(30);
        assertThat(rejections().stream().filter(it -> it.contains(SECRET))).isEmpty();
        assertThat(Files.readString(product.process().log())).isNotEmpty().doesNotContain(SECRET);
    }

    @Test
    @Order(AFTER_THE_OTHERS + 1)
    void theProductGoesOn() {
        assertThat(post(Client.FOLLOW_UPS, SCORE)
                        .json()
                        .at("/results/0/disposition")
                        .stringValue())
                .isEqualTo("APPLIED");
    }

    private static List<String> rejections() {
        return product
                .process()
                .read(Topics.REJECTIONS.name(), new StringDeserializer(), new StringDeserializer(), it -> {})
                .stream()
                .map(it -> it.key() + ' ' + it.value() + ' ' + it.headers())
                .filter(it -> it.contains(TRIAL))
                .toList();
    }
}

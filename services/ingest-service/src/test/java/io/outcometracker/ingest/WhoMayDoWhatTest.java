package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.ingest.fhir.FhirConfiguration;
import io.outcometracker.testkit.TestTokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.event.AbstractAuthenticationFailureEvent;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Who may do what, as a table of roles and requests. */
@WebMvcTest(properties = "spring.config.name=ingest-service")
@Import({IngestWebTest.Wiring.class, FhirConfiguration.class, WhoMayDoWhatTest.Forgotten.class})
@RecordApplicationEvents
class WhoMayDoWhatTest {
    private static final TestTokens TOKENS = new TestTokens();
    private static final String TRIAL = "/api/v1/trials/T1";
    private static final String PROTOCOL = """
            {"trial": "T1", "version": 2, "masked": true, "arms": [{"code": "ACT"}, {"code": "PBO", "control": true}],
             "sites": ["S01", "S02"], "visits": [{"code": "M4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true}],
             "groupings": ["cellType"]}""";

    /**
     * What is answered, by caller. The site is that of the record; the other site is of the same trial. What is let
     * through is answered 404 or 503 where this test has nothing behind the address.
     */
    private static final String TABLE = """
            request               | nobody | site | other site | randomisation | trial-manager | statistician | auditor | monitoring | no role
            PUT    TRIAL            |  401   | 403  |    403     |      403      |      200      |     403      |   403   |    403     |   403
            GET    TRIAL            |  401   | 200  |    200     |      200      |      200      |     200      |   200   |    403     |   403
            POST   TRIAL/enrolments     |  401   | 403  |    403     |      202      |      403      |     403      |   403   |    403     |   403
            POST   TRIAL/follow-ups     |  401   | 202  |    422     |      403      |      403      |     403      |   403   |    403     |   403
            POST   TRIAL/adverse-events |  401   | 202  |    422     |      403      |      403      |     403      |   403   |    403     |   403
            POST   TRIAL/erasures       |  401   | 403  |    403     |      403      |      202      |     403      |   403   |    403     |   403
            POST   TRIAL/unblindings    |  401   | 403  |    403     |      200      |      200      |     403      |   403   |    403     |   403
            GET    TRIAL/follow-ups/R1  |  401   | 200  |    404     |      403      |      200      |     200      |   200   |    403     |   403
            GET    TRIAL/adverse-events/A1 | 401 | 200  |    404     |      403      |      200      |     200      |   200   |    403     |   403
            GET    TRIAL/follow-ups/R1/history | 401 | 503 | 503     |      403      |      503      |     503      |   503   |    403     |   403
            GET    TRIAL/adverse-events/A1/history | 401 | 503 | 503 |      403      |      503      |     503      |   503   |    403     |   403
            GET    TRIAL/audit          |  401   | 503  |    503     |      403      |      503      |     503      |   503   |    403     |   403
            GET    TRIAL/fhir/metadata  |  401   | 200  |    200     |      200      |      403      |     403      |   403   |    403     |   403
            POST   TRIAL/fhir/Observation | 401  | 201  |    422     |      422      |      403      |     403      |   403   |    403     |   403
            POST   TRIAL/fhir/ResearchSubject | 401 | 422 | 422      |      201      |      403      |     403      |   403   |    403     |   403
            GET    /api/v1/trials       |  401   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /                    |  200   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /page.js             |  200   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /openapi.json        |  200   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /docs/docs.js        |  200   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /api/v1/instruments  |  401   | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /.well-known/jwks.json | 200  | 200  |    200     |      200      |      200      |     200      |   200   |    200     |   200
            GET    /actuator/health/readiness | 404 | 404 | 404      |      404      |      404      |     404      |   404   |    404     |   404
            GET    /actuator/prometheus |  401   | 403  |    403     |      403      |      403      |     403      |   403   |    404     |   403
            GET    /actuator/env        |  401   | 403  |    403     |      403      |      403      |     403      |   403   |    403     |   403
            GET    TRIAL/forgotten      |  401   | 403  |    403     |      403      |      403      |     403      |   403   |    403     |   403
            GET    TRIAL/nothing        |  401   | 404  |    404     |      404      |      404      |     404      |   404   |    404     |   404
            """;

    private static final Map<String, String> BODIES = Map.of(
            "TRIAL",
            PROTOCOL,
            "TRIAL/enrolments",
            """
            {"participant": "P1", "site": "S01", "arm": "ACT", "day1": "2026-01-05"}""",
            "TRIAL/follow-ups",
            followUp("S01", "P1"),
            "TRIAL/adverse-events",
            """
            {"recordId": "A1", "site": "S01", "participant": "P1", "onsetOn": "2026-01-20", "severity": "mild",
             "serious": false}""",
            "TRIAL/erasures",
            """
            {"participant": "P1", "orderedBy": "DPO", "reason": "asked for it"}""",
            "TRIAL/fhir/Observation",
            """
            {"resourceType": "Observation", "status": "final",
             "identifier": [{"system": "urn:outcometracker:record", "value": "R1"}],
             "subject": {"reference": "Patient/P1"}, "valueInteger": 4, "effectiveDateTime": "2026-02-28",
             "code": {"coding": [{"system": "urn:outcometracker:instrument", "code": "NRS"}]},
             "performer": [{"identifier": {"system": "urn:outcometracker:site", "value": "S01"}}],
             "extension": [{"url": "urn:outcometracker:extension:study-visit", "valueCode": "M4"}]}""",
            "TRIAL/fhir/ResearchSubject",
            """
            {"resourceType": "ResearchSubject", "status": "on-study",
             "identifier": [{"system": "urn:outcometracker:participant", "value": "P1"}],
             "study": {"identifier": {"system": "urn:outcometracker:trial", "value": "T1"}},
             "individual": {"identifier": {"system": "urn:outcometracker:participant", "value": "P1"}},
             "period": {"start": "2026-01-05"}, "assignedArm": "ACT",
             "extension": [{"url": "urn:outcometracker:extension:study-site", "valueCode": "S01"}]}""",
            "TRIAL/unblindings",
            """
            {"participant": "P1", "by": "DMC", "reason": "emergency", "at": "2026-02-01T08:00:00Z"}""");

    /** An endpoint that nobody put into the table. */
    @TestConfiguration
    @RestController
    static class Forgotten {
        @GetMapping(TRIAL + "/forgotten")
        String get() {
            return "secret";
        }
    }

    /** Of which trials the caller is. */
    private enum Trials {
        THIS("T1"),
        EVERY("*"),
        ANOTHER("T2"),
        NONE(null);

        private final @Nullable String code;

        Trials(@Nullable String code) {
            this.code = code;
        }

        List<String> codes() {
            return code == null ? List.of() : List.of(code);
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("outcomes.ingest.tokens.key-file", TOKENS::keyFile);
    }

    @Autowired
    MockMvcTester web;

    @Autowired
    MockProducer<String, byte[]> producer;

    @Autowired
    Register<Protocol> register;

    @Autowired
    Register<Unblinding> unblindings;

    @Autowired
    FatesDriver driver;

    @Autowired
    ApplicationEvents events;

    @BeforeEach
    void startAnew() {
        producer.clear();
        register.hold("T1", Json.MAPPER.readValue(PROTOCOL, Protocol.class));
        unblindings.hold(
                "T1|P1",
                new Unblinding("T1", "P1", "DMC", Instant.parse("2026-02-01T08:00:00Z"), "emergency", Instant.EPOCH));
    }

    @BeforeAll
    static void decideOnce(@Autowired FatesDriver driver) {
        driver.decide(disposition("P1", Subject.FOLLOW_UP, "R1", "S01"));
        driver.decide(disposition("P1", Subject.ADVERSE_EVENT, "A1", "S01"));
        driver.decide(disposition("P1", Subject.ENROLMENT, null, "S01"));
        driver.decide(disposition("P2", Subject.ENROLMENT, null, "S02"));
    }

    private void decided(String participant, Subject subject, @Nullable String recordId, String site) {
        driver.decide(disposition(participant, subject, recordId, site));
    }

    private static Disposition disposition(
            String participant, Subject subject, @Nullable String recordId, String site) {
        return new Disposition(
                "T1", participant, subject, recordId, 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH, site, null);
    }

    private static String followUp(String site, String participant) {
        return """
                {"recordId": "R1", "site": "%s", "participant": "%s", "visit": "M4", "instrument": "NRS", "value": 4,
                 "assessedOn": "2026-02-28"}""".formatted(site, participant);
    }

    /** A request of the table: who asks, of which trials, and what is answered. */
    private record Cell(String caller, Trials trials, int status) {}

    static Stream<Arguments> table() {
        List<List<String>> rows = TABLE.lines()
                .map(row -> Stream.of(row.split("\\|")).map(String::strip).toList())
                .toList();
        return rows.stream().skip(1).map(row -> Arguments.of(row.get(0), cells(rows.get(0), row)));
    }

    private static List<Cell> cells(List<String> callers, List<String> row) {
        boolean ofTrial = row.get(0).contains("TRIAL") && !row.get(0).endsWith("nothing");
        List<Cell> cells = new ArrayList<>();
        for (int column = 1; column < row.size(); column++) {
            int status = Integer.parseInt(row.get(column));
            for (Trials trials : Trials.values()) {
                boolean outside = trials == Trials.ANOTHER || trials == Trials.NONE;
                cells.add(new Cell(callers.get(column), trials, outside && ofTrial && status != 401 ? 403 : status));
            }
        }
        return cells;
    }

    /** All of a row in one test: what is done around each test takes longer than a request. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void answersByRoleTrialAndSite(String request, List<Cell> cells) {
        String[] parts = request.split(" +");
        assertThat(cells).hasSize(9 * Trials.values().length).allSatisfy(cell -> {
            producer.clear();
            String token = cell.caller().equals("nobody")
                    ? null
                    : token(cell.caller(), cell.trials().codes());

            MvcTestResult result = send(parts[0], parts[1], token);

            assertThat(result).hasStatus(cell.status());
            if (cell.status() == 401 || cell.status() == 403) {
                requireRefusal(result, parts[1], cell.status() == 401);
                assertThat(producer.history()).isEmpty();
            }
            if (parts[0].equals("GET")) {
                assertThat(send("HEAD", parts[1], token)).hasStatus(cell.status());
            }
        });
    }

    private static void requireRefusal(MvcTestResult result, String address, boolean unknown) {
        String why = unknown ? "unauthenticated" : "forbidden";
        assertThat(result.getResponse().getHeader("WWW-Authenticate")).startsWith("Bearer");
        if (address.contains("/fhir")) {
            assertThat(result).hasContentType("application/fhir+json;charset=UTF-8");
            assertThat(body(result).path("resourceType").stringValue()).isEqualTo("OperationOutcome");
            assertThat(body(result).at("/issue/0/code").stringValue()).isEqualTo(unknown ? "login" : why);
            assertThat(body(result).at("/issue/0/details/coding/0/code").stringValue())
                    .isEqualTo(why);
        } else {
            assertThat(result).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat(body(result).path("type").stringValue()).isEqualTo("urn:outcometracker:problem:" + why);
        }
    }

    private static String token(String caller, List<String> trials) {
        String role = switch (caller) {
            case "other site" -> "site";
            case "no role" -> "wizard";
            default -> caller;
        };
        return TOKENS.with(claims -> claims.claim("roles", List.of(role))
                .claim("trials", trials)
                .claim("sites", List.of(caller.equals("other site") ? "S02" : "S01")));
    }

    private MvcTestResult send(String method, String address, @Nullable String token) {
        return send(method, address, token, BODIES.getOrDefault(address, ""));
    }

    private MvcTestResult send(String method, String address, @Nullable String token, String body) {
        var request = web.method(HttpMethod.valueOf(method))
                .uri(address.replace("TRIAL", TRIAL))
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.exchange();
    }

    private static JsonNode body(MvcTestResult result) {
        return Json.MAPPER.readTree(result.getResponse().getContentAsByteArray());
    }

    @Test
    void takesTheRecordsOfOwnSitesAndParticipantsAndRefusesTheOthers() {
        String records = Stream.of(
                        followUp("S01", "P1"),
                        followUp("S02", "P2"),
                        followUp("S01", "P2"),
                        followUp("S02", "P1"),
                        followUp("S09", "P1"),
                        followUp("S01", "P-NEW"))
                .toList()
                .toString();

        MvcTestResult result = send("POST", "TRIAL/follow-ups", TOKENS.of("site", "T1", "S01"), records);

        assertThat(result).hasStatus(207);
        assertThat(body(result)
                        .path("results")
                        .valueStream()
                        .map(it -> it.at("/problems/0/code").asString("")
                                + it.at("/problems/0/pointer").asString("")))
                .containsExactly(
                        "",
                        "SITE_NOT_YOURS/1/site",
                        "SITE_NOT_YOURS/2/participant",
                        "SITE_NOT_YOURS/3/site",
                        "UNKNOWN_SITE/4/site",
                        "");
        assertThat(producer.history().stream().filter(it -> it.topic().equals("outcomes.follow-ups.v1")))
                .hasSize(2);
        MvcTestResult all = send("POST", "TRIAL/follow-ups", TOKENS.of("site", "T1", "*"), records);
        assertThat(body(all).path("accepted").intValue()).isEqualTo(5);
    }

    @Test
    void saysNoMoreOfARecordOfAnotherSiteThanThatItIs() {
        String wrong = followUp("S02", "P2").replace("\"value\": 4", "\"value\": 99");

        MvcTestResult result = send("POST", "TRIAL/follow-ups", TOKENS.of("site", "T1", "S01"), wrong);

        assertThat(result).hasStatus(422);
        assertThat(body(result).at("/results/0/problems").size()).isEqualTo(1);
        assertThat(body(result).at("/results/0/problems/0/code").stringValue()).isEqualTo("SITE_NOT_YOURS");
    }

    @Test
    void keepsArmsAndGroupingsFromWhoeverIsOfASite() {
        String alone = TOKENS.of("site", "T1", "S01");
        String also = TOKENS.with(claims ->
                claims.claim("roles", List.of("site", "trial-manager")).claim("trials", List.of("T1")));

        for (String token : List.of(alone, also)) {
            JsonNode plan = body(send("GET", "TRIAL", token));
            assertThat(plan.toString()).doesNotContain("ACT", "PBO", "cellType");
            assertThat(plan.path("visits").size()).isEqualTo(1);
        }
        for (String role : List.of("randomisation", "trial-manager", "statistician", "auditor")) {
            assertThat(body(send("GET", "TRIAL", TOKENS.of(role))).toString()).contains("ACT", "PBO", "cellType");
        }
    }

    @Test
    void letsTheRandomisationSystemUnblindAParticipantButNotTheWholeTrial() {
        unblindings.hold(
                "T1",
                new Unblinding("T1", null, "DMC", Instant.parse("2026-02-01T08:00:00Z"), "emergency", Instant.EPOCH));
        String whole = BODIES.get("TRIAL/unblindings").replace("\"participant\": \"P1\", ", "");

        MvcTestResult refused = send("POST", "TRIAL/unblindings", TOKENS.of("randomisation"), whole);

        assertThat(refused).hasStatus(403);
        assertThat(body(refused).path("type").stringValue()).isEqualTo("urn:outcometracker:problem:forbidden");
        assertThat(send("POST", "TRIAL/unblindings", TOKENS.of("trial-manager"), whole))
                .hasStatus(200);
    }

    @Test
    void tellsASiteNothingOfARecordWhoseSiteIsNotKnown() {
        driver.decide(
                new Disposition("T1", "P9", Subject.FOLLOW_UP, "OLD", 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH));

        assertThat(send("GET", "TRIAL/follow-ups/OLD", TOKENS.of("site"))).hasStatus(404);
        assertThat(send("GET", "TRIAL/follow-ups/OLD", TOKENS.of("auditor"))).hasStatus(200);
    }

    @Test
    void tellsTheSiteToWhichAParticipantWentAndTheOneThatSentIt() {
        decided("P5", Subject.FOLLOW_UP, "WENT", "S01");
        decided("P5", Subject.ENROLMENT, null, "S02");

        assertThat(send("GET", "TRIAL/follow-ups/WENT", TOKENS.of("site", "T1", "S01")))
                .hasStatus(200);
        assertThat(send("GET", "TRIAL/follow-ups/WENT", TOKENS.of("site", "T1", "S02")))
                .hasStatus(200);
    }

    @Test
    void tellsASiteOfARecordOfItsOwnWhoseParticipantIsNotEnrolled() {
        decided("P6", Subject.FOLLOW_UP, "EARLY", "S01");

        assertThat(send("GET", "TRIAL/follow-ups/EARLY", TOKENS.of("site", "T1", "S01")))
                .hasStatus(200);
        assertThat(send("GET", "TRIAL/follow-ups/EARLY", TOKENS.of("site", "T1", "S02")))
                .hasStatus(404);
    }

    @Test
    void tellsTheSiteThatMistookAParticipantForItsOwnAndNotTheOtherOne() {
        driver.decide(new Disposition(
                "T1",
                "P2",
                Subject.FOLLOW_UP,
                "MISTAKEN",
                1,
                Fate.OTHER_SITE,
                1,
                Fate.OTHER_SITE,
                Instant.EPOCH,
                "S01",
                null));

        assertThat(send("GET", "TRIAL/follow-ups/MISTAKEN", TOKENS.of("site", "T1", "S01")))
                .hasStatus(200);
        assertThat(send("GET", "TRIAL/follow-ups/MISTAKEN", TOKENS.of("site", "T1", "S02")))
                .hasStatus(404);
    }

    @Test
    void tellsOfARecordIdInUseAtTwoSitesOnlyWhatIsOfTheOwn() {
        decided("P1", Subject.FOLLOW_UP, "BOTH", "S01");
        decided("P2", Subject.FOLLOW_UP, "BOTH", "S02");

        JsonNode own = body(send("GET", "TRIAL/follow-ups/BOTH", TOKENS.of("site", "T1", "S01")));

        assertThat(own.path("records").size()).isEqualTo(1);
        assertThat(own.at("/records/0/participant").stringValue()).isEqualTo("P1");
        assertThat(body(send("GET", "TRIAL/follow-ups/BOTH", TOKENS.of("auditor")))
                        .path("records")
                        .size())
                .isEqualTo(2);
    }

    static Stream<Arguments> tokensThatAreNone() throws Exception {
        Date past = Date.from(Instant.now().minusSeconds(600));
        Date longPast = Date.from(Instant.now().minusSeconds(1200));
        Date future = Date.from(Instant.now().plusSeconds(600));
        JWTClaimsSet claims = SignedJWT.parse(TOKENS.of("auditor")).getJWTClaimsSet();
        SignedJWT symmetric = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        symmetric.sign(new MACSigner(TOKENS.publicKeys()));
        String good = TOKENS.of("auditor");
        String changed = TOKENS.of("trial-manager").split("\\.")[1];
        return Stream.of(
                Arguments.of("expired", auditor(it -> it.issueTime(longPast).expirationTime(past))),
                Arguments.of("without an end", auditor(it -> it.expirationTime(null))),
                Arguments.of("not in force yet", auditor(it -> it.notBeforeTime(future))),
                Arguments.of("of another issuer", auditor(it -> it.issuer("https://elsewhere.example"))),
                Arguments.of("of no issuer", auditor(it -> it.issuer(null))),
                Arguments.of("for another product", auditor(it -> it.audience("another"))),
                Arguments.of("for nothing", auditor(it -> it.audience((String) null))),
                Arguments.of("of nobody", auditor(it -> it.subject(null))),
                Arguments.of("of a blank", auditor(it -> it.subject(" "))),
                Arguments.of("signed by another key", new TestTokens().of("auditor")),
                Arguments.of("not signed", new PlainJWT(claims).serialize()),
                Arguments.of("signed with the public key as a secret", symmetric.serialize()),
                Arguments.of("changed", good.replaceFirst("\\.[^.]*\\.", "." + changed + ".")),
                Arguments.of("no token at all", "secret-4711"));
    }

    private static String auditor(UnaryOperator<JWTClaimsSet.Builder> change) {
        return TOKENS.with(
                it -> change.apply(it.claim("roles", List.of("auditor")).claim("trials", List.of("*"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokensThatAreNone")
    void refusesATokenThatIsNone(String why, String token) {
        assertThat(send("GET", "TRIAL", auditor(it -> it))).hasStatus(200);

        MvcTestResult result = send("GET", "TRIAL", token);

        assertThat(result).hasStatus(401).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(result.getResponse().getHeader("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(body(result).path("type").stringValue()).isEqualTo("urn:outcometracker:problem:unauthenticated");
        assertThat(events.stream(AbstractAuthenticationFailureEvent.class)).hasSize(1);
    }

    @Test
    void takesNothingFromClaimsOfAnotherForm() {
        for (Object roles : new Object[] {null, "auditor", List.of(), List.of("AUDITOR"), Map.of("a", "auditor")}) {
            String token = TOKENS.with(it -> it.claim("roles", roles).claim("trials", List.of("T1")));
            assertThat(send("GET", "TRIAL", token)).hasStatus(403);
        }
        for (Object trials : new Object[] {null, "T1", "*", List.of(1)}) {
            String token =
                    TOKENS.with(it -> it.claim("roles", List.of("auditor")).claim("trials", trials));
            assertThat(send("GET", "TRIAL", token)).hasStatus(403);
        }
    }

    @Test
    void passesOverRolesOfOtherProducts() {
        String token = TOKENS.with(
                it -> it.claim("roles", List.of("wizard", "auditor")).claim("trials", List.of("T1")));

        assertThat(send("GET", "TRIAL", token)).hasStatus(200);
    }
}

package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Json;
import io.outcometracker.testkit.TestTokens;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.event.AbstractAuthenticationFailureEvent;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

/** Who may read what, as a table of roles and requests for each audience. */
@WebMvcTest(properties = {"spring.config.name=metrics-service", "server.address=0.0.0.0"})
@Import({WebConfiguration.class, RecordedAudit.class, WhoMayReadWhatTest.Views.class})
@RecordApplicationEvents
class WhoMayReadWhatTest {
    private static final IssuedTokens ISSUER = new IssuedTokens();
    private static final TestTokens TOKENS = ISSUER.tokens();

    /** What is let through is answered 404 where this test has nothing behind the address. */
    private static final String SPONSOR = """
            request              | nobody | site | randomisation | trial-manager | statistician | auditor | monitoring | no role
            /api/v1/trials           |  401   | 200  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/metrics            |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/metrics.csv        |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/comparisons        |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/participant-flow   |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/adverse-events     |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/comparisons.csv    |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/participant-flow.csv|  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/adverse-events.csv |  401   | 403  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/completeness       |  401   | 200  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/events             |  401   | 200  |      403      |      200      |     200      |   200   |    403     |   403
            TRIAL/completeness.csv   |  401   | 200  |      403      |      200      |     200      |   200   |    403     |   403
            /api/v1/anything         |  401   | 403  |      403      |      403      |     403      |   403   |    403     |   403
            /actuator/prometheus     |  401   | 403  |      403      |      403      |     403      |   403   |    404     |   403
            /actuator/info           |  401   | 403  |      403      |      403      |     403      |   403   |    404     |   403
            /actuator/health/readiness | 404  | 404  |      404      |      404      |     404      |   404   |    404     |   404
            /index.html              |  200   | 200  |      200      |      200      |     200      |   200   |    200     |   200
            /page.js                 |  200   | 200  |      200      |      200      |     200      |   200   |    200     |   200
            /openapi.json            |  200   | 200  |      200      |      200      |     200      |   200   |    200     |   200
            /docs/                   |  200   | 200  |      200      |      200      |     200      |   200   |    200     |   200
            """;

    private static final String UNBLINDED = """
            request              | nobody | site | randomisation | trial-manager | statistician | auditor | monitoring | no role
            /api/v1/trials           |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/metrics            |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/metrics.csv        |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/comparisons        |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/participant-flow   |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/adverse-events     |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/comparisons.csv    |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/participant-flow.csv|  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/adverse-events.csv |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/completeness       |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/events             |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            TRIAL/completeness.csv   |  401   | 403  |      403      |      403      |     200      |   403   |    403     |   403
            /actuator/prometheus     |  401   | 403  |      403      |      403      |     403      |   403   |    404     |   403
            """;

    private static final String PUBLIC = """
            request              | nobody | site | randomisation | trial-manager | statistician | auditor | monitoring | no role
            /api/v1/trials           |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/metrics            |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/comparisons        |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/participant-flow   |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/adverse-events     |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/completeness       |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            TRIAL/events             |  401   | 200  |      200      |      200      |     200      |   200   |    200     |   403
            /actuator/prometheus     |  401   | 403  |      403      |      403      |     403      |   403   |    404     |   403
            """;

    private static final String OPENED = """
            request              | nobody | site | monitoring | no role
            /api/v1/trials           |  200   | 200  |    200     |   403
            TRIAL/metrics            |  200   | 200  |    200     |   403
            /actuator/prometheus     |  401   | 403  |    404     |   403
            """;

    /** Of which trials the reader is. */
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

    @TestConfiguration
    static class Views {
        @Bean
        CurrentView currentView() {
            MetricsFold fold = new MetricsFold();
            for (String trial : List.of("T1", "T2")) {
                fold.protocol(trial, SampleTrial.protocol(trial));
                Stream.of(Cohort.ALL, Cohort.arm("SHAM"), Cohort.site("LUND"), Cohort.site("GRAZ"))
                        .forEach(cohort -> {
                            var metric = SampleMetric.of(trial, "M6", "NRS", cohort, 30, 4);
                            var completeness = SampleMetric.completeness(trial, "M6", "NRS", cohort);
                            fold.metric(metric.key(), metric);
                            fold.completeness(completeness.key(), completeness);
                        });
            }
            MetricsView view = fold.view(Instant.EPOCH);
            return () -> Optional.of(view);
        }
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry registry) {
        ISSUER.addSettings(registry);
    }

    @Autowired
    MockMvcTester web;

    @Autowired
    ApplicationEvents events;

    @Autowired
    RecordedAudit audit;

    static Stream<Arguments> sponsor() {
        return cells(SPONSOR);
    }

    static Stream<Arguments> unblinded() {
        return cells(UNBLINDED);
    }

    static Stream<Arguments> everybody() {
        return cells(PUBLIC);
    }

    static Stream<Arguments> opened() {
        return cells(OPENED);
    }

    private static Stream<Arguments> cells(String table) {
        List<List<String>> rows = table.lines()
                .map(row -> Stream.of(row.split("\\|")).map(String::strip).toList())
                .toList();
        List<Arguments> cells = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int column = 1; column < row.size(); column++) {
                for (Trials trials : Trials.values()) {
                    String reader = rows.get(0).get(column);
                    int status = Integer.parseInt(row.get(column));
                    boolean outside = (trials == Trials.ANOTHER || trials == Trials.NONE) && !reader.equals("nobody");
                    cells.add(Arguments.of(
                            row.get(0), reader, trials, outside && row.get(0).startsWith("TRIAL") ? 403 : status));
                }
            }
        }
        return cells.stream();
    }

    private void requireAnswer(String address, String reader, Trials trials, int status) {
        String token = reader.equals("nobody") ? null : token(reader, trials.codes());

        MvcTestResult result = get(address, token);

        assertThat(result).hasStatus(status);
        assertThat(send(HttpMethod.HEAD, address, token)).hasStatus(status);
        if (status == 401 || status == 403) {
            assertThat(result).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat(result.getResponse().getHeader("WWW-Authenticate")).startsWith("Bearer");
            assertThat(body(result).path("type").stringValue())
                    .isEqualTo("urn:outcometracker:problem:" + (status == 401 ? "unauthenticated" : "forbidden"));
        }
    }

    private static String token(String role, List<String> trials) {
        return TOKENS.with(claims -> claims.claim("roles", List.of(role.equals("no role") ? "wizard" : role))
                .claim("trials", trials)
                .claim("sites", List.of("LUND")));
    }

    private MvcTestResult get(String address, @Nullable String token) {
        return send(HttpMethod.GET, address, token);
    }

    private MvcTestResult send(HttpMethod method, String address, @Nullable String token) {
        var request = web.method(method).uri(address.replace("TRIAL", "/api/v1/trials/T1"));
        if (token != null) {
            request.header(HttpHeaders.AUTHORIZATION, "Bearer " + token);
        }
        // Streams do not end.
        return request.asyncExchange();
    }

    private static JsonNode body(MvcTestResult result) {
        return Json.MAPPER.readTree(result.getResponse().getContentAsByteArray());
    }

    @ParameterizedTest(name = "{0} by {1} of {2} trial: {3}")
    @MethodSource("sponsor")
    void showsTheSponsorsViewByRoleAndTrial(String address, String reader, Trials trials, int status) {
        requireAnswer(address, reader, trials, status);
    }

    @Nested
    @TestPropertySource(properties = "outcomes.metrics.audience=unblinded")
    class OfTheUnblinded {
        @ParameterizedTest(name = "{0} by {1} of {2} trial: {3}")
        @MethodSource("io.outcometracker.metrics.WhoMayReadWhatTest#unblinded")
        void showsArmsToStatisticiansOnly(String address, String reader, Trials trials, int status) {
            requireAnswer(address, reader, trials, status);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"/api/v1/trials", "TRIAL/metrics", "TRIAL/participant-flow.csv", "/actuator/prometheus"})
        void showsNothingToWhoeverIsAlsoOfASite(String address) {
            String both = TOKENS.with(claims -> claims.claim("roles", List.of("statistician", "monitoring", "site"))
                    .claim("trials", List.of("T1")));

            assertThat(get(address, both)).hasStatus(403);
        }
    }

    @Nested
    @TestPropertySource(properties = "outcomes.metrics.audience=public")
    class OfThePublic {
        @ParameterizedTest(name = "{0} by {1} of {2} trial: {3}")
        @MethodSource("io.outcometracker.metrics.WhoMayReadWhatTest#everybody")
        void showsWhatIsPublicToEveryRole(String address, String reader, Trials trials, int status) {
            requireAnswer(address, reader, trials, status);
        }
    }

    @Nested
    @TestPropertySource(properties = {"outcomes.metrics.audience=public", "outcomes.metrics.open=true"})
    class OfThePublicIfOpened {
        @ParameterizedTest(name = "{0} by {1} of {2} trial: {3}")
        @MethodSource("io.outcometracker.metrics.WhoMayReadWhatTest#opened")
        void showsWhatIsPublicToAnybody(String address, String reader, Trials trials, int status) {
            requireAnswer(address, reader, trials, status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRIAL/metrics;a=b", "/api/v1//trials", "/api/v1/trials/..%2ftrials"})
    void answersAnAddressThatWouldGetAroundTheRulesWithAProblem(String address) {
        var answer = web.get()
                .uri(URI.create(address.replace("TRIAL", "/api/v1/trials/T1")))
                .exchange();

        assertThat(answer).hasStatus(400).hasContentType("application/problem+json");
        assertThat(body(answer).path("type").stringValue()).isEqualTo("urn:outcometracker:problem:bad-request");
        assertThat(body(answer).path("detail").stringValue()).doesNotContain("trials");
    }

    @Test
    void listsOnlyTheTrialsOfTheReader() {
        assertThat(trials(token("auditor", List.of("T1")))).containsExactly("T1");
        assertThat(trials(token("auditor", List.of("*")))).containsExactly("T1", "T2");
        assertThat(trials(token("auditor", List.of()))).isEmpty();
    }

    private List<String> trials(String token) {
        return body(get("/api/v1/trials", token))
                .valueStream()
                .map(it -> it.path("trial").stringValue())
                .toList();
    }

    @Test
    void showsASiteHowCompleteItsOwnReportsAndThoseOfTheWholeAre() {
        String site = token("site", List.of("T1"));

        assertThat(body(get("TRIAL/completeness", site))
                        .valueStream()
                        .map(it -> it.at("/cohort/value").asString("")))
                .containsExactly("", "LUND");
        assertThat(get("TRIAL/completeness.csv", site))
                .bodyText()
                .contains("LUND")
                .doesNotContain("GRAZ", "SHAM");
        assertThat(body(get("TRIAL/completeness", TOKENS.of("site"))).size()).isEqualTo(3);
        assertThat(body(get("TRIAL/completeness", TOKENS.of("auditor"))).size()).isEqualTo(4);
    }

    @Test
    void letsASiteFollowHowCompleteItsOwnReportsAndThoseOfTheWholeAre() {
        MvcTestResult ofSite = get("TRIAL/events", token("site", List.of("T1")));
        MvcTestResult ofAuditor = get("TRIAL/events", token("auditor", List.of("T1")));

        await().untilAsserted(() -> {
            assertThat(ofSite.getResponse().getContentAsString())
                    .contains("event:completeness", "\"LUND\"}", "event:current")
                    .doesNotContain("GRAZ\"}", "SHAM", "cellSource", "event:metrics");
            assertThat(ofAuditor.getResponse().getContentAsString())
                    .contains("GRAZ\"}", "SHAM", "cellSource", "event:metrics", "event:current");
        });
    }

    /** The clocks of issuer and service may differ by a minute. */
    @Test
    void endsAStreamWithTheToken() {
        MvcTestResult stream = get(
                "TRIAL/events",
                auditor(it -> it.issueTime(Date.from(Instant.now().minusSeconds(600)))
                        .expirationTime(Date.from(Instant.now().minusSeconds(58)))));

        assertThat(stream).hasStatus(200);
        await().until(() -> {
            try {
                stream.getMvcResult().getAsyncResult(1);
                return true;
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
    }

    @Test
    void tellsASiteOfATrialNeitherArmsNorGroupingsNorNumbers() {
        JsonNode entry =
                body(get("/api/v1/trials", token("site", List.of("T1")))).get(0);

        assertThat(entry.toString()).doesNotContain("SHAM", "BM-MSC", "cellSource", "GRAZ\"}");
        assertThat(entry.path("metrics").intValue()).isZero();
        assertThat(entry.path("visits").size()).isEqualTo(5);
        assertThat(body(get("/api/v1/trials", token("auditor", List.of("T1")))).toString())
                .contains("SHAM", "cellSource");
    }

    @Test
    void marksWhatIsNotTheSameForEverybodyAsSuch() {
        MvcTestResult site = get("TRIAL/completeness", TOKENS.of("site"));
        MvcTestResult auditor = get("TRIAL/completeness", TOKENS.of("auditor"));

        assertThat(site.getResponse().getHeader(HttpHeaders.ETAG))
                .isNotEqualTo(auditor.getResponse().getHeader(HttpHeaders.ETAG));
        assertThat(site.getResponse().getHeader(HttpHeaders.CACHE_CONTROL)).contains("private");
    }

    static Stream<Arguments> tokensThatAreNone() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(TOKENS.of("auditor")).getJWTClaimsSet();
        return Stream.of(
                Arguments.of(
                        "expired",
                        auditor(it -> it.issueTime(Date.from(Instant.now().minusSeconds(1200)))
                                .expirationTime(Date.from(Instant.now().minusSeconds(600))))),
                Arguments.of("without an end", auditor(it -> it.expirationTime(null))),
                Arguments.of("of another issuer", auditor(it -> it.issuer("https://elsewhere.example"))),
                Arguments.of("for another product", auditor(it -> it.audience("another"))),
                Arguments.of("of nobody", auditor(it -> it.subject(null))),
                Arguments.of("signed by another key", new TestTokens().of("auditor")),
                Arguments.of("not signed", new PlainJWT(claims).serialize()),
                Arguments.of("no token at all", "secret-4711"));
    }

    private static String auditor(UnaryOperator<JWTClaimsSet.Builder> change) {
        return TOKENS.with(
                it -> change.apply(it.claim("roles", List.of("auditor")).claim("trials", List.of("*"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokensThatAreNone")
    void refusesATokenThatIsNone(String why, String token) {
        assertThat(get("TRIAL/metrics", auditor(it -> it))).hasStatus(200);

        MvcTestResult result = get("TRIAL/metrics", token);

        assertThat(result).hasStatus(401).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(result.getResponse().getHeader("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(events.stream(AbstractAuthenticationFailureEvent.class)).hasSize(1);
    }

    @Test
    void answers503WhileTheKeysOfTheIssuerCannotBeHad() {
        // By a key that is not known yet, so that they are asked for.
        String token = new TestTokens().of("auditor");
        ISSUER.keysAreAway(true);
        try {
            MvcTestResult result = get("TRIAL/metrics", token);

            assertThat(result)
                    .hasStatus(503)
                    .hasHeader(HttpHeaders.RETRY_AFTER, "5")
                    .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat(body(result).path("type").stringValue())
                    .isEqualTo("urn:outcometracker:problem:issuer-unavailable");
            assertThat(result.getResponse().getHeader(HttpHeaders.WWW_AUTHENTICATE))
                    .isNull();
        } finally {
            ISSUER.keysAreAway(false);
        }
    }

    @Test
    void tellsTheAuditWhoWasTurnedAway() {
        String subject = "site-" + UUID.randomUUID();
        String site = TOKENS.with(claims -> claims.subject(subject)
                .claim("roles", List.of("site", "randomisation"))
                .claim("trials", List.of("T1")));

        assertThat(get("TRIAL/metrics", site)).hasStatus(403);
        assertThat(get("TRIAL/metrics", null)).hasStatus(401);

        await().untilAsserted(() -> assertThat(audit.told())
                .extracting(
                        AuditEntry::action,
                        AuditEntry::outcome,
                        AuditEntry::reason,
                        AuditEntry::actorId,
                        AuditEntry::actorRoles)
                .contains(
                        tuple(Action.LOGIN, Outcome.REFUSED, "UNAUTHENTICATED", null, null),
                        tuple(Action.LOGIN, Outcome.REFUSED, "FORBIDDEN", subject, List.of("randomisation", "site"))));
        assertThat(audit.told()).extracting(AuditEntry::trial).containsOnlyNulls();
    }
}

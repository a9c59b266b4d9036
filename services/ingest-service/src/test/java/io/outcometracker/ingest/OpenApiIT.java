package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * The description of the API that is served is the one that the code gives. {@code mvn -Popenapi verify -pl
 * services/ingest-service -am} writes it anew.
 */
@DirtiesContext
@SpringBootTest(
        useMainMethod = UseMainMethod.ALWAYS,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"springdoc.api-docs.enabled=true", "springdoc.api-docs.version=openapi_3_1"})
class OpenApiIT {
    private static final Path SERVED = Path.of("src/main/resources/site-page/openapi.json");
    private static final String TRIAL = "CELLS-01";
    private static final String JSON = "application/json";
    private static final String CSV = "text/csv";
    private static final String FHIR = "application/fhir+json";
    private static final String PROTOCOL = """
            version: 1
            title: Cells for chronic back pain
            masked: true
            arms: [{code: CELLS, label: Cell therapy}, {code: CONTROL, control: true}]
            sites: [S01]
            visits:
              - {code: BL, label: Baseline, day: 1, windowOpen: -14, windowClose: 1, baseline: true}
              - {code: M4, label: Month 4, day: 121, windowOpen: 107, windowClose: 135}
            instruments:
              - {code: NRS, label: Pain, min: 0, max: 10, decimals: 0, step: 1, higherIsWorse: true}
            participantCode: ^[A-Z]-\\d{4}$
            """;
    private static final String SCORE = """
            {"recordId": "S01-0007-BL-NRS", "site": "S01", "participant": "P-0007", "visit": "BL", "instrument": "NRS",
             "value": 7, "assessedOn": "2026-01-05"}""";
    private static final String OBSERVATION = """
            {"resourceType": "Observation", "status": "final",
             "identifier": [{"system": "urn:outcometracker:record", "value": "S01-0007-BL-NRS"}],
             "subject": {"reference": "Patient/P-0007"},
             "code": {"coding": [{"system": "urn:outcometracker:instrument", "code": "NRS"}]},
             "valueInteger": 7, "effectiveDateTime": "2026-01-05",
             "performer": [{"identifier": {"system": "urn:outcometracker:site", "value": "S01"}}],
             "extension": [{"url": "urn:outcometracker:extension:study-visit", "valueCode": "BL"}]}""";
    private static final String TABLE = """
            recordId,site,participant,visit,instrument,value,assessedOn
            S01-0007-BL-NRS,S01,P-0007,BL,NRS,7,2026-01-05
            S01-0007-M4-NRS,S01,P-0007,M4,NRS,44,2026-05-05
            """;

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Site.addSettings(registry, kafka, state);
    }

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    /** Asked here, as there is no rule that lets anybody ask it over HTTP. */
    @Autowired
    OpenApiWebMvcResource springdoc;

    private final List<ApiDescription.Exchange> exchanges = new ArrayList<>();
    private Site site;

    @Test
    void isWhatTheCodeGives(@LocalServerPort int port) throws IOException {
        site = new Site(port);
        talk();

        String given = new ApiDescription(found(), mappings).with(exchanges);
        assertTokensAreNeededAsItSays(Json.MAPPER.readTree(given));
        if (Boolean.getBoolean("openapi.renew")) {
            Files.writeString(SERVED, given);
        }
        String served = Files.readString(SERVED);
        assertThat(served.equals(given))
                .as(
                        "%s is what the code gives; to write it anew: mvn -Popenapi verify -pl services/ingest-service -am. They differ from here:%n%s",
                        SERVED,
                        given.substring(Math.max(0, differAt(served, given) - 200))
                                .lines()
                                .limit(20)
                                .collect(joining("\n")))
                .isTrue();
        assertThat(site.get("/openapi.json").body()).isNotBlank();
    }

    private String found() throws IOException {
        byte[] found = springdoc.openapiJson(new MockHttpServletRequest(), "/v3/api-docs", Locale.ENGLISH);
        return new String(found, UTF_8);
    }

    private void assertTokensAreNeededAsItSays(JsonNode description) {
        assertThat(description.at("/security/0").propertyNames()).containsExactly("token");
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    boolean open = operation.getValue().has("security");
                    int status = ask(operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), null, null, null)
                            .statusCode();
                    assertThat(status == 401)
                            .as(operation.getKey() + " " + path.getKey())
                            .isNotEqualTo(open);
                }));
    }

    private static int differAt(String a, String b) {
        int at = 0;
        while (at < a.length() && at < b.length() && a.charAt(at) == b.charAt(at)) {
            at++;
        }
        return at;
    }

    /** All that is said in the examples. */
    private void talk() {
        String trial = "/api/v1/trials/{trial}";
        say("new", "PUT", trial, "application/yaml", PROTOCOL);
        say("again", "PUT", trial, "application/yaml", PROTOCOL);
        say("incomplete", "PUT", trial, JSON, "{\"version\": 2, \"sites\": []}");
        say(
                "the version is there with another plan",
                "PUT",
                trial,
                "application/yaml",
                PROTOCOL.replace("back", "knee"));
        say("held", "GET", trial, null, null);
        say("unknown", "GET", trial.replace("{trial}", "{trial}!"), null, null);
        say("all", "GET", "/api/v1/trials", null, null);
        sayAs(null, "no token", "GET", trial, null, null, trial);
        sayAs(Site.TOKENS.of("monitoring"), "not for this role", "GET", trial, null, null, trial);
        say("keys", "GET", "/.well-known/jwks.json", null, null);
        say("catalogue", "GET", "/api/v1/instruments", null, null);

        String enrolment =
                "{\"participant\": \"P-0007\", \"site\": \"S01\", \"arm\": \"CELLS\", \"day1\": \"2026-01-05\"}";
        say("one", "POST", trial + "/enrolments", JSON, enrolment);
        say("table", "POST", trial + "/enrolments", CSV, "participant,site,arm,day1\nP-0007,S01,CELLS,2026-01-05\n");
        say("who somebody is", "POST", trial + "/enrolments", JSON, enrolment.replace("P-0007", "1955-03-13"));

        String scores = trial + "/follow-ups";
        say("one", "POST", scores, JSON, SCORE);
        say("one of two", "POST", scores, JSON, "[" + SCORE + ", " + SCORE.replace("7,", "44,") + "]");
        say("none", "POST", scores, JSON, SCORE.replace("assessedOn", "assesedOn"));
        say("broken", "POST", scores, JSON, "[" + SCORE);
        say("table", "POST", scores, CSV, TABLE);
        say("identifying column", "POST", scores, CSV, "recordId,name\nR1,x\n");
        say("XML", "POST", scores, "application/xml", "<score/>");
        say("lines", "POST", scores, "application/x-ndjson", (SCORE + "\n{\n").replace("\n ", " "));
        say("dry run", "POST", scores + "?dry-run=true", CSV, TABLE);
        sayAndWait();
        say("known", "GET", scores + "/S01-0007-BL-NRS", null, null, scores + "/{recordId}");
        say("not known", "GET", scores + "/S01-0008-BL-NRS", null, null, scores + "/{recordId}");

        say("one", "POST", trial + "/adverse-events", JSON, """
                {"recordId": "S01-0007-AE1", "site": "S01", "participant": "P-0007", "term": "10003988",
                 "onsetOn": "2026-02-01", "severity": "mild", "serious": false}""");
        say("table", "POST", trial + "/adverse-events", CSV, """
                recordId,site,participant,term,onsetOn,severity,serious
                S01-0007-AE2,S01,P-0007,10003988,2026-02-01,awful,false
                """);
        String history = trial + "/adverse-events/{recordId}/history";
        String event = history.replace("{recordId}", "S01-0007-AE1");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> site.get(event.replace("{trial}", TRIAL)).statusCode() == 200);
        say("accepted once", "GET", event, null, null, history);
        say("not known", "GET", scores + "/S01-0009-BL-NRS/history", null, null, scores + "/{recordId}/history");
        say(
                "not known",
                "GET",
                trial + "/adverse-events/S01-0009-AE1",
                null,
                null,
                trial + "/adverse-events/{recordId}");
        sayAs(
                Site.TOKENS.of("auditor"),
                "the first of its kind",
                "GET",
                trial + "/audit?action=CREATE&limit=1",
                null,
                null,
                trial + "/audit");
        say("no such page", "GET", trial + "/audit?limit=0", null, null);
        say("one", "POST", trial + "/unblindings", JSON, """
                {"participant": "P-0007", "by": "DR-7", "reason": "emergency treatment", "at": "2026-02-03T09:30:00Z"}""");
        say("told otherwise", "POST", trial + "/unblindings", JSON, """
                {"participant": "P-0007", "by": "DR-8", "reason": "emergency treatment", "at": "2026-02-03T09:30:00Z"}""");
        say("told again", "POST", trial + "/unblindings", JSON, """
                {"participant": "P-0007", "by": "DR-7", "reason": "emergency treatment"}""");
        say("incomplete", "POST", trial + "/unblindings", JSON, "{\"by\": \"DR-7\"}");
        say("table", "POST", trial + "/erasures", CSV, "participant,orderedBy\nP-0009,DPO-1\n");
        say("one", "POST", trial + "/erasures", JSON, """
                {"participant": "P-0009", "orderedBy": "DPO-1", "reason": "erasure granted"}""");
        talkFhir(trial + "/fhir");
    }

    private void talkFhir(String base) {
        String type = base + "/{type}";
        String one = base + "/Observation";
        sayFhir("capabilities", "GET", base + "/metadata", null, base + "/metadata");
        sayFhir("one", "POST", one, OBSERVATION, type);
        sayFhir("out of range", "POST", one, OBSERVATION.replace("7,", "44,"), type);
        sayFhir("one", "PUT", one + "/S01-0007-BL-NRS", withId(OBSERVATION), type + "/{id}");
        sayFhir(
                "by its identifier",
                "PUT",
                one + "?identifier=urn:outcometracker:record%7CS01-0007-BL-NRS",
                OBSERVATION,
                type);
        sayFhir("batch", "POST", base, """
                {"resourceType": "Bundle", "type": "batch",
                 "entry": [{"resource": %s, "request": {"method": "POST", "url": "Observation"}}]}""".formatted(OBSERVATION), base);
    }

    private static String withId(String resource) {
        return resource.replaceFirst("\\{", "{\"id\": \"S01-0007-BL-NRS\", ");
    }

    private void sayFhir(String name, String method, String path, @Nullable String body, String template) {
        sayAs(Site.TOKENS.of("site"), name, method, path, body == null ? null : FHIR, body, template);
    }

    private void say(String name, String method, String path, @Nullable String type, @Nullable String body) {
        say(name, method, path, type, body, path.replaceAll("[?!].*", ""));
    }

    private void say(
            String name, String method, String path, @Nullable String type, @Nullable String body, String template) {
        String token = Site.TOKENS.forRequest(method, path.replaceAll("\\?.*", ""));
        sayAs(token, name, method, path, type, body, template);
    }

    private void sayAs(
            @Nullable String token,
            String name,
            String method,
            String path,
            @Nullable String type,
            @Nullable String body,
            String template) {
        remember(name, method, template, type, body, ask(method, path, token, type, body));
    }

    private HttpResponse<String> ask(
            String method, String path, @Nullable String token, @Nullable String type, @Nullable String body) {
        String address = path.replace("{trial}!", "UNKNOWN").replace("{trial}", TRIAL);
        HttpRequest.Builder request = site.request(address.replace("{", "").replace("}", ""));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return site.http().sendAsync(request.build(), BodyHandlers.ofString()).join();
    }

    private void sayAndWait() {
        String template = "/api/v1/trials/{trial}/follow-ups";
        int before = scores(1).size();
        HttpRequest request = site.request(template.replace("{trial}", TRIAL))
                .header("Authorization", "Bearer " + Site.TOKENS.of("site"))
                .header("Content-Type", JSON)
                .header("Prefer", "wait=30")
                .POST(BodyPublishers.ofString(SCORE))
                .build();
        CompletableFuture<HttpResponse<String>> answer = site.http().sendAsync(request, BodyHandlers.ofString());
        scores(before + 1);
        Disposition disposition = new Disposition(
                TRIAL,
                "P-0007",
                Subject.FOLLOW_UP,
                "S01-0007-BL-NRS",
                1,
                Fate.APPLIED,
                1,
                Fate.APPLIED,
                Instant.parse("2026-01-05T10:00:00Z"),
                "S01",
                new Disposition.Assessed("BL", 1));
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);
        remember("with Prefer: wait=30", "POST", template, JSON, SCORE, answer.join());
    }

    private List<FollowUp> scores(int atLeast) {
        return kafka
                .read(
                        Topics.FOLLOW_UPS,
                        all -> assertThat(all)
                                .filteredOn(it -> it.value().trial().equals(TRIAL))
                                .hasSizeGreaterThanOrEqualTo(atLeast))
                .stream()
                .map(it -> it.value())
                .filter(it -> it.trial().equals(TRIAL))
                .toList();
    }

    private void remember(
            String name,
            String method,
            String template,
            @Nullable String type,
            @Nullable String body,
            HttpResponse<String> answer) {
        exchanges.add(new ApiDescription.Exchange(
                name,
                method,
                template,
                type,
                body,
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElseThrow(),
                answer.body()));
    }
}

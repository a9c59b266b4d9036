package io.outcometracker.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * The description of the API that is served is the one that the code gives. {@code mvn -Popenapi verify -pl
 * services/metrics-service -am} writes it anew.
 */
@DirtiesContext
@SpringBootTest(
        useMainMethod = UseMainMethod.ALWAYS,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"springdoc.api-docs.enabled=true", "springdoc.api-docs.version=openapi_3_1"})
class OpenApiIT {
    private static final Path SERVED = Path.of("src/main/resources/page/openapi.json");
    private static final String TRIALS = "/api/v1/trials";
    private static final String TRIAL = TRIALS + "/{trial}/";
    private static final String CODE = "CELLS-01";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final IssuedTokens ISSUER = new IssuedTokens();

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TopicSetup.ensure(kafka.clientSettings(), Topics.all());
        registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
        ISSUER.addSettings(registry);
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    /** Asked here, as there is no rule that lets anybody ask it over HTTP. */
    @Autowired
    OpenApiWebMvcResource springdoc;

    @LocalServerPort
    int port;

    @Test
    void isWhatTheCodeGives() throws IOException, InterruptedException {
        publish();
        await().untilAsserted(() -> assertThat(ask(TRIALS, "auditor").body()).contains("SHAM", CODE));

        ApiDescription description = new ApiDescription(found());
        talk(description);
        String given = description.text();

        assertTokensAreNeededAsItSays(Json.MAPPER.readTree(given));
        if (Boolean.getBoolean("openapi.renew")) {
            Files.writeString(SERVED, given);
        }
        assertThat(Files.readString(SERVED))
                .as("%s; to write it anew: mvn -Popenapi verify -pl services/metrics-service -am", SERVED)
                .isEqualTo(given);
        assertThat(ask("/openapi.json", null).body()).isNotBlank();
        assertThat(ask("/docs/", null).body()).contains("swagger-ui-bundle.js");
        assertThat(ask("/docs/swagger-ui-bundle.js", null).statusCode()).isEqualTo(200);
    }

    private static void publish() {
        CohortMetric all = SampleMetric.full(CODE, "M6", "NRS", Cohort.ALL);
        CohortMetric arm = SampleMetric.everything(CODE, "M6", "NRS", Cohort.arm("BM-MSC"));
        Completeness completeness = SampleMetric.completeness(CODE, "M6", "NRS", Cohort.ALL);
        TrialSummary summary = SampleMetric.summary(CODE, Cohort.ALL);
        kafka.produce(Topics.COHORT_METRICS, all.key(), all);
        kafka.produce(Topics.COHORT_METRICS, arm.key(), arm);
        kafka.produce(Topics.COMPLETENESS, completeness.key(), completeness);
        kafka.produce(Topics.TRIAL_SUMMARIES, summary.key(), summary);
        kafka.produce(Topics.TRIALS, CODE, SampleTrial.protocol(CODE));
    }

    private void talk(ApiDescription description) throws IOException, InterruptedException {
        say(description, "all", TRIALS, TRIALS, "auditor");
        for (String resource :
                List.of("metrics", "comparisons", "completeness", "participant-flow", "adverse-events")) {
            String path = TRIAL + resource;
            say(description, "of the trial", path, path, "statistician");
            say(description, "as a table", path + ".csv", path + ".csv", "statistician");
            say(description, "unknown trial", path, path.replace("{trial}", "UNKNOWN"), "statistician");
            say(description, "no token", path, path, null);
            say(description, "not for this role", path, path, "monitoring");
        }
        String events = TRIAL + "events";
        try (EventReader reader = new EventReader(
                HTTP, request(events.replace("{trial}", CODE), "site").build())) {
            assertThat(reader.id()).isNotEmpty();
            description.addExample(
                    "to a site",
                    events,
                    200,
                    "text/event-stream",
                    reader.events().stream().map(OpenApiIT::written).collect(joining()));
        }
        say(description, "unknown trial", events, events.replace("{trial}", "UNKNOWN"), "site");
    }

    /** With what is never the same twice as it might be. */
    private static String written(EventReader.Event event) {
        if (event.name().equals("trial")) {
            return "event:trial\ndata:{\"trial\":\"" + CODE + "\", ...}\n\n";
        }
        if (event.name().equals("current")) {
            return """
                    id:70dc6463f2a0cf3d.mi3u5x0a.1e-2s-0-7-0-0-3
                    event:current
                    data:{"completeAsOf":"2026-11-22T10:00:00Z","at":"2026-11-22T10:00:00.200Z"}

                    """;
        }
        return "event:" + event.name() + "\ndata:" + event.data() + "\n\n";
    }

    private void say(ApiDescription description, String name, String template, String path, @Nullable String role)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(path.replace("{trial}", CODE), role);
        description.addExample(
                name,
                template,
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElseThrow(),
                answer.body());
    }

    private HttpRequest.Builder request(String path, @Nullable String role) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return role == null
                ? request
                : request.header(
                        "Authorization",
                        "Bearer "
                                + ISSUER.tokens()
                                        .with(it -> it.claim("roles", List.of(role))
                                                .claim("trials", List.of(CODE, "UNKNOWN"))
                                                .claim("sites", List.of("LUND"))));
    }

    private HttpResponse<String> ask(String path, @Nullable String role) throws IOException, InterruptedException {
        return HTTP.send(request(path, role).build(), BodyHandlers.ofString());
    }

    private String found() throws IOException {
        return new String(springdoc.openapiJson(new MockHttpServletRequest(), "/v3/api-docs", Locale.ENGLISH), UTF_8);
    }

    private void assertTokensAreNeededAsItSays(JsonNode description) throws IOException, InterruptedException {
        assertThat(description.at("/security/0").propertyNames()).containsExactly("token");
        for (String path : description.path("paths").propertyNames()) {
            assertThat(ask(path.replace("{trial}", CODE), null).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }
}

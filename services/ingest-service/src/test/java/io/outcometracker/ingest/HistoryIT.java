package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class HistoryIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
        registry.add("spring.kafka.streams.state-dir", state::toString);
        registry.add("outcomes.ingest.tokens.key-file", Site.TOKENS::keyFile);
    }

    private final String trial = TestKafka.unique("T");
    private final String address = "/api/v1/trials/" + trial;
    private Site site;

    @BeforeEach
    void amendARecord(@LocalServerPort int port) {
        site = new Site(port);
        assertThat(site.put(address, "application/yaml", """
                version: 1
                sites: [S01, S02]
                visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1}]
                instruments: [{code: NRS, min: 0, max: 10, decimals: 0, higherIsWorse: true}]
                """).statusCode()).isEqualTo(201);
        post(1, "7", "final", "");
        post(2, "6", "amended", ", \"reasonForChange\": \"typed it wrongly\"");
        post(2, "6", "amended", ", \"reasonForChange\": \"typed it wrongly\"");
    }

    private void post(int version, String value, String status, String more) {
        HttpResponse<String> answer = site.post(address + "/follow-ups", """
                {"recordId": "R1", "version": %d, "site": "S01", "participant": "P1", "visit": "BL", "instrument": "NRS",
                 "value": %s, "assessedOn": "2026-01-05", "status": "%s"%s}""".formatted(version, value, status, more));
        assertThat(answer.statusCode()).isEqualTo(202);
    }

    private void decide(int version, Fate fate) {
        Disposition disposition = new Disposition(
                trial, "P1", Subject.FOLLOW_UP, "R1", version, fate, version, fate, Instant.EPOCH, "S01");
        kafka.produce(Topics.DISPOSITIONS, disposition.key(), disposition);
    }

    private HttpResponse<String> get(String role, String ofTrial, String ofSite, String path) throws Exception {
        HttpRequest request = site.request(address + path)
                .header("Authorization", "Bearer " + Site.TOKENS.of(role, ofTrial, ofSite))
                .build();
        return site.http().send(request, BodyHandlers.ofString());
    }

    private JsonNode versions(int count) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> Json.MAPPER
                                .readTree(get("auditor", trial, "*", "/follow-ups/R1/history")
                                        .body())
                                .path("versions"),
                        it -> it.size() == count);
    }

    @Test
    void tellsWhoSentEachVersionWhenWhyAndWhatItSaid() {
        JsonNode versions = versions(3);

        JsonNode first = versions.get(0);
        assertThat(first.path("action").stringValue()).isEqualTo("CREATE");
        assertThat(first.path("version").intValue()).isEqualTo(1);
        assertThat(first.path("actorId").stringValue()).isEqualTo("test");
        assertThat(first.at("/actorRoles/0").stringValue()).isEqualTo("site");
        assertThat(first.path("site").stringValue()).isEqualTo("S01");
        assertThat(first.path("receivedAt")).isEqualTo(first.at("/record/receivedAt"));
        assertThat(first.at("/record/value").intValue()).isEqualTo(7);
        assertThat(versions.get(1).path("action").stringValue()).isEqualTo("AMEND");
        assertThat(versions.get(1).at("/record/reasonForChange").stringValue()).isEqualTo("typed it wrongly");
        assertThat(versions.get(1).at("/record/value").intValue()).isEqualTo(6);
        assertThat(versions.get(2).path("version").intValue()).isEqualTo(2);
        assertThat(versions.get(2).path("auditId")).isNotEqualTo(versions.get(1).path("auditId"));
    }

    @Test
    void tellsWhatBecameOfTheVersionThatStands() {
        versions(3);
        decide(2, Fate.APPLIED);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(versions(3).get(1).path("disposition").asString(""))
                                .isEqualTo("APPLIED"));
        assertThat(versions(3).get(0).has("disposition")).isFalse();
    }

    @Test
    void tellsNothingThatAnErasedRecordSaid() {
        versions(3);
        decide(2, Fate.ERASED);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(versions(3)).isNotEmpty().noneMatch(it -> it.has("record")));
        assertThat(versions(3).get(0).path("actorId").stringValue()).isEqualTo("test");
    }

    @ParameterizedTest
    @CsvSource({
        "site, S01, 200",
        "site, S02, 404",
        "trial-manager, S02, 200",
        "statistician, S02, 200",
        "auditor, S02, 200",
        "randomisation, S01, 403",
        "monitoring, S01, 403"
    })
    void isForThoseWhoMaySeeTheRecord(String role, String ofSite, int status) throws Exception {
        versions(3);
        assertThat(get(role, trial, ofSite, "/follow-ups/R1/history").statusCode())
                .isEqualTo(status);
        assertThat(get(role, "OTHER", ofSite, "/follow-ups/R1/history").statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"/follow-ups/R9/history", "/adverse-events/R1/history", "/follow-ups/R/history"})
    void saysWhereThereIsNone(String path) throws Exception {
        versions(3);
        assertThat(get("auditor", trial, "*", path).statusCode()).isEqualTo(404);
    }
}

package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AuditHash;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.TestKafka;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is told of what was done: the history of a record, and the audit of a trial. */
@DirtiesContext
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT)
class HistoryIT {
    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    @TempDir
    static Path state;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        Site.addSettings(registry, kafka, state);
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
                trial, "P1", Subject.FOLLOW_UP, "R1", version, fate, version, fate, Instant.EPOCH, "S01", null);
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

    @Test
    void tellsTheSiteToWhichAParticipantWentWhatTheOneThatTheyLeftSent() {
        decide(2, Fate.APPLIED);
        Disposition moved = new Disposition(
                trial, "P1", Subject.ENROLMENT, null, 2, Fate.APPLIED, 2, Fate.APPLIED, Instant.EPOCH, "S02", null);
        kafka.produce(Topics.DISPOSITIONS, moved.key(), moved);
        versions(3);

        for (String ofSite : List.of("S02", "S01")) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                HttpResponse<String> answer = get("site", trial, ofSite, "/follow-ups/R1/history");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(Json.MAPPER.readTree(answer.body()).path("versions")).hasSize(3);
                assertThat(get("site", trial, ofSite, "/follow-ups/R1").statusCode())
                        .isEqualTo(200);
            });
        }
    }

    @Test
    void doesNotTellASiteWhatAnotherSentThatMistookItsParticipant() throws Exception {
        Disposition enrolled = new Disposition(
                trial, "P1", Subject.ENROLMENT, null, 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH, "S02", null);
        kafka.produce(Topics.DISPOSITIONS, enrolled.key(), enrolled);
        decide(2, Fate.OTHER_SITE);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(versions(3).get(1).path("disposition").asString(""))
                                .isEqualTo("OTHER_SITE"));

        assertThat(get("site", trial, "S02", "/follow-ups/R1/history").statusCode())
                .isEqualTo(404);
        assertThat(get("site", trial, "S01", "/follow-ups/R1/history").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aClientThatSendsByteByByteDoesNotTakeTheThreadsOfTheOthers() throws Exception {
        String slow = Site.TOKENS.with(it -> it.subject("slow")
                .claim("roles", List.of("site"))
                .claim("trials", List.of(trial))
                .claim("sites", List.of("S01")));
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < AdmissionConfiguration.AT_ONCE; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), site.address().getPort());
                sockets.add(socket);
                socket.getOutputStream().write("""
                        POST %s/follow-ups HTTP/1.1\r
                        Host: localhost\r
                        Authorization: Bearer %s\r
                        Content-Type: application/json\r
                        Content-Length: 1000\r
                        \r
                        [""".formatted(address, slow).getBytes(StandardCharsets.US_ASCII));
            }
            HttpRequest another = site.request(address)
                    .header("Authorization", "Bearer " + slow)
                    .build();
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            site.http().send(another, BodyHandlers.ofString()).statusCode() == 429);

            assertThat(get("auditor", trial, "*", "").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/follow-ups/R9/history", "/adverse-events/R1/history", "/follow-ups/R/history"})
    void saysWhereThereIsNone(String path) throws Exception {
        versions(3);
        assertThat(get("auditor", trial, "*", path).statusCode()).isEqualTo(404);
    }

    private JsonNode audit(String role, String ofSite, String query) throws Exception {
        HttpResponse<String> answer = get(role, trial, ofSite, "/audit" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static List<String> actions(JsonNode page) {
        return page.path("entries")
                .valueStream()
                .map(it -> it.path("action").stringValue()
                        + it.at("/object/type").asString("").replaceAll("(.+)", " $1"))
                .toList();
    }

    /** Beside the follow-up of the site S01. */
    private void actOnArms() {
        String enrolment = "{\"participant\": \"P1\", \"site\": \"S02\", \"arm\": \"CELLS\"}";
        assertThat(site.put(address, "application/yaml", """
                version: 2
                masked: true
                arms: [{code: CELLS}, {code: PBO, control: true}]
                sites: [S01, S02]
                visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1}]
                instruments: [{code: NRS, min: 0, max: 10, decimals: 0, higherIsWorse: true}]
                """).statusCode()).isEqualTo(200);
        assertThat(site.post(address + "/enrolments", enrolment).statusCode()).isEqualTo(202);
        assertThat(site.post(address + "/enrolments", enrolment.replace("}", ", \"version\": 2}"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(site.post(address + "/enrolments", enrolment.replace("CELLS", "NONE"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(site.post(
                                address + "/unblindings",
                                "{\"participant\": \"P1\", \"by\": \"DMC\", \"reason\": \"emergency\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void tellsOfTheTrialWhatWasDoneToThoseWhoMaySeeIt() throws Exception {
        actOnArms();

        JsonNode all = audit("auditor", "*", "");
        assertThat(actions(all))
                .containsExactly(
                        "CONFIG_CHANGE protocol",
                        "CREATE follow-up",
                        "AMEND follow-up",
                        "AMEND follow-up",
                        "CONFIG_CHANGE protocol",
                        "CREATE enrolment",
                        "AMEND enrolment",
                        "REJECT enrolment",
                        "UNBLIND unblinding");
        assertThat(all.path("entries").valueStream()).allSatisfy(it -> {
            assertThat(it.path("trial").stringValue()).isEqualTo(trial);
            assertThat(AuditHash.of((ObjectNode) it)).isEqualTo(it.path("hash").stringValue());
        });
        assertThat(audit("statistician", "*", "").path("entries")).isEqualTo(all.path("entries"));
        assertThat(actions(audit("trial-manager", "*", "")))
                .containsExactly(
                        "CONFIG_CHANGE protocol",
                        "CREATE follow-up",
                        "AMEND follow-up",
                        "AMEND follow-up",
                        "CONFIG_CHANGE protocol",
                        "CREATE enrolment");
        assertThat(actions(audit("site", "S01", "")))
                .containsExactly("CREATE follow-up", "AMEND follow-up", "AMEND follow-up");
        assertThat(actions(audit("site", "S02", ""))).containsExactly("CREATE enrolment");
        assertThat(get("randomisation", trial, "*", "/audit").statusCode()).isEqualTo(403);
        assertThat(get("auditor", "OTHER", "*", "/audit").statusCode()).isEqualTo(403);
    }

    @Test
    void givesTheAuditInPages() throws Exception {
        List<String> found = new ArrayList<>();
        long after = -1;
        JsonNode page;
        do {
            page = audit("auditor", "*", "?limit=3&after=" + after);
            assertThat(page.path("entries").size()).isLessThanOrEqualTo(3);
            found.addAll(actions(page));
            after = page.path("after").longValue();
        } while (page.path("more").booleanValue());
        assertThat(found)
                .containsExactly("CONFIG_CHANGE protocol", "CREATE follow-up", "AMEND follow-up", "AMEND follow-up");

        post(3, "5", "amended", ", \"reasonForChange\": \"typed it wrongly\"");
        JsonNode next = audit("auditor", "*", "?after=" + after);
        assertThat(next.path("entries").size()).isEqualTo(1);
        assertThat(next.at("/entries/0/object/version").intValue()).isEqualTo(3);
        assertThat(audit("auditor", "*", "?after=" + Long.MAX_VALUE).path("entries"))
                .isEmpty();
    }

    @Test
    void givesOfTheAuditWhatIsAskedFor() throws Exception {
        JsonNode all = audit("auditor", "*", "").path("entries");
        String amended = all.get(2).path("receivedAt").stringValue();

        assertThat(audit("auditor", "*", "?since=" + amended).path("entries").valueStream())
                .isNotEmpty()
                .allSatisfy(
                        it -> assertThat(it.path("receivedAt").stringValue()).isGreaterThanOrEqualTo(amended))
                .contains(all.get(2), all.get(3))
                .doesNotContain(all.get(0));
        assertThat(audit("auditor", "*", "?since=2200-01-01T00:00:00Z").path("entries"))
                .isEmpty();
        assertThat(actions(audit("auditor", "*", "?action=CREATE,CONFIG_CHANGE")))
                .containsExactly("CONFIG_CHANGE protocol", "CREATE follow-up");
        assertThat(actions(audit("auditor", "*", "?site=S01&action=CREATE"))).containsExactly("CREATE follow-up");
        assertThat(audit("auditor", "*", "?site=S02").path("entries")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "after=-2", "after=x", "since=yesterday", "action=DELETE"})
    void refusesToBeAskedForAnAuditThatCannotBe(String query) throws Exception {
        HttpResponse<String> answer = get("auditor", trial, "*", "/audit?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:outcometracker:problem:bad-request");
    }
}

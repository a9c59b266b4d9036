package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.ingest.audit.AuditCommand;
import io.outcometracker.testkit.KafkaAccess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What was done, what the audit says of it, and what {@code audit verify} says of that; on a broker of its own, since it
 * verifies all that is there. Tampering adds messages, as a topic of a broker that runs cannot be changed otherwise.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditIT {
    private static final String TRIAL = "/api/v1/trials/T1";
    private static final String PROTOCOL = """
            version: 1
            masked: true
            arms: [{code: CELLS}, {code: PBO, control: true}]
            sites: [S01]
            visits: [{code: BL, day: 1, windowOpen: -14, windowClose: 1, baseline: true}]
            instruments: [{code: NRS, min: 0, max: 10, decimals: 0, higherIsWorse: true}]
            """;
    private static final String SECRET_SCORE = "7";

    private static KafkaClusterTestKit cluster;
    private static KafkaAccess kafka;

    @TempDir
    static Path disk;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void actOnTwoInstancesAndARestartedOne() throws Exception {
        cluster = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        kafka = cluster::bootstrapServers;
        try (ConfigurableApplicationContext first = start("a")) {
            Site one = site(first);
            assertThat(one.put(TRIAL, "application/yaml", PROTOCOL).statusCode())
                    .isEqualTo(201);
            assertThat(one.post(TRIAL + "/follow-ups", followUp("R1", 1, SECRET_SCORE, "final"))
                            .statusCode())
                    .isEqualTo(202);
            try (ConfigurableApplicationContext second = start("b")) {
                Site other = site(second);
                assertThat(other.post(
                                        TRIAL + "/follow-ups",
                                        "[" + followUp("R1", 2, "6", "amended") + "," + followUp("R2", 1, "99", "final")
                                                + "]")
                                .statusCode())
                        .isEqualTo(207);
                assertThat(one.post(
                                        TRIAL + "/enrolments",
                                        "{\"participant\": \"P1\", \"site\": \"S01\", \"arm\": \"CELLS\"}")
                                .statusCode())
                        .isEqualTo(202);
                assertThat(other.post(
                                        TRIAL + "/erasures",
                                        "{\"participant\": \"P9\", \"orderedBy\": \"DPO-1\", \"reason\": \"objection\"}")
                                .statusCode())
                        .isEqualTo(202);
            }
            assertThat(one.post(TRIAL + "/follow-ups", "[").statusCode()).isEqualTo(400);
            assertThat(withToken(one, "none")).isEqualTo(401);
            assertThat(withToken(one, Site.TOKENS.of("monitoring"))).isEqualTo(403);
        }
        try (ConfigurableApplicationContext restarted = start("a")) {
            Site one = site(restarted);
            assertThat(one.post(TRIAL + "/follow-ups", followUp("R1", 3, "6", "entered-in-error"))
                            .statusCode())
                    .isEqualTo(202);
            String report = "{\"by\": \"STAT-1\", \"reason\": \"emergency\", \"participant\": \"P1\"}";
            assertThat(one.post(TRIAL + "/unblindings", report).statusCode()).isEqualTo(201);
            assertThat(one.post(TRIAL + "/unblindings", report).statusCode()).isEqualTo(200);
            String whole = "{\"by\": \"IRT-1\", \"reason\": \"emergency\"}";
            assertThat(withToken(one, Site.TOKENS.of("randomisation"), whole)).isEqualTo(403);
            assertThat(withToken(one, Site.TOKENS.of("site"), whole)).isEqualTo(403);
            assertThat(one.put(TRIAL, "application/yaml", PROTOCOL.replace("CELLS", "XXX"))
                            .statusCode())
                    .isEqualTo(409);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static ConfigurableApplicationContext start(String state) {
        return IngestApplication.application()
                .run(
                        "--server.port=0",
                        Site.KEY_SETTING,
                        "--spring.kafka.streams.state-dir=" + disk.resolve(state),
                        "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers());
    }

    private static Site site(ConfigurableApplicationContext service) {
        return Site.of(service);
    }

    private static int withToken(Site site, String token) throws Exception {
        HttpRequest request =
                site.request(TRIAL).header("Authorization", "Bearer " + token).build();
        return site.http().send(request, BodyHandlers.discarding()).statusCode();
    }

    private static int withToken(Site site, String token, String unblinding) throws Exception {
        HttpRequest request = site.request(TRIAL + "/unblindings")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(unblinding))
                .build();
        return site.http().send(request, BodyHandlers.discarding()).statusCode();
    }

    private static String followUp(String recordId, int version, String value, String status) {
        return """
                {"recordId": "%s", "version": %d, "site": "S01", "participant": "P1", "visit": "BL", "instrument": "NRS",
                 "value": %s, "assessedOn": "2026-01-05", "status": "%s", "reasonForChange": "typed it wrongly"}""".formatted(recordId, version, value, status);
    }

    private int verify(String... more) {
        out.reset();
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--outcomes.ingest.verify.patience=1s"));
        arguments.addAll(Arrays.asList(more));
        PrintStream print = new PrintStream(out, true, UTF_8);
        return AuditCommand.run(arguments.toArray(String[]::new), print, print);
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    private static List<ConsumerRecord<String, AuditEntry>> entries() {
        return kafka.read(Topics.AUDIT, it -> assertThat(it).hasSizeGreaterThanOrEqualTo(17));
    }

    private static ConsumerRecord<String, byte[]> message(AuditObject object) {
        return kafka
                .read(
                        String.valueOf(object.topic()),
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        it -> assertThat(it).isNotEmpty())
                .stream()
                .filter(it -> Integer.valueOf(it.partition()).equals(object.partition())
                        && Long.valueOf(it.offset()).equals(object.offset()))
                .findFirst()
                .orElseThrow();
    }

    private static void write(Topic<?> topic, String key, byte[] value) {
        kafka.produce(
                new StringSerializer(),
                new ByteArraySerializer(),
                List.of(new ProducerRecord<>(topic.name(), key, value)));
    }

    @Test
    @Order(1)
    void everyActHasItsEntryByWhoDidItAndWhereItLies() {
        List<AuditEntry> entries = entries().stream().map(ConsumerRecord::value).toList();

        assertThat(entries)
                .extracting(
                        AuditEntry::action,
                        AuditEntry::outcome,
                        it -> it.object() == null ? null : it.object().type(),
                        it -> it.object() == null ? null : it.object().id(),
                        it -> it.object() == null ? null : it.object().version(),
                        AuditEntry::reason)
                .containsExactlyInAnyOrder(
                        tuple(Action.CONFIG_CHANGE, Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", 1, null),
                        tuple(Action.CREATE, Outcome.ACCEPTED, ObjectType.FOLLOW_UP, "R1", 1, null),
                        tuple(Action.ANCHOR, Outcome.ACCEPTED, null, null, null, null),
                        tuple(Action.AMEND, Outcome.ACCEPTED, ObjectType.FOLLOW_UP, "R1", 2, null),
                        tuple(Action.REJECT, Outcome.REFUSED, ObjectType.FOLLOW_UP, "R2", 1, "OUT_OF_RANGE"),
                        tuple(Action.CREATE, Outcome.ACCEPTED, ObjectType.ENROLMENT, "P1", 1, null),
                        tuple(Action.ERASE, Outcome.ACCEPTED, ObjectType.ERASURE, "P9", null, null),
                        tuple(Action.REJECT, Outcome.REFUSED, ObjectType.FOLLOW_UP, null, null, "MALFORMED_BODY"),
                        tuple(Action.LOGIN, Outcome.REFUSED, null, null, null, "UNAUTHENTICATED"),
                        tuple(Action.LOGIN, Outcome.REFUSED, null, null, null, "FORBIDDEN"),
                        tuple(Action.ANCHOR, Outcome.ACCEPTED, null, null, null, null),
                        tuple(Action.RETRACT, Outcome.ACCEPTED, ObjectType.FOLLOW_UP, "R1", 3, null),
                        tuple(Action.UNBLIND, Outcome.ACCEPTED, ObjectType.UNBLINDING, "P1", null, null),
                        tuple(Action.UNBLIND, Outcome.ACCEPTED, ObjectType.UNBLINDING, "P1", null, null),
                        tuple(Action.UNBLIND, Outcome.REFUSED, ObjectType.UNBLINDING, null, null, "FORBIDDEN"),
                        tuple(Action.UNBLIND, Outcome.REFUSED, ObjectType.UNBLINDING, null, null, "FORBIDDEN"),
                        tuple(
                                Action.CONFIG_CHANGE,
                                Outcome.REFUSED,
                                ObjectType.PROTOCOL,
                                null,
                                null,
                                "VERSION_REUSED"));
        assertThat(entries)
                .extracting(AuditEntry::writer)
                .doesNotContainNull()
                .satisfies(it -> assertThat(it.stream().distinct()).hasSize(3));
        assertThat(entries.stream().filter(it -> it.action() != Action.ANCHOR && it.action() != Action.LOGIN))
                .allSatisfy(it -> {
                    assertThat(it.trial()).isEqualTo("T1");
                    assertThat(it.actorId()).isEqualTo("test");
                });
        assertThat(entries.stream().filter(it -> it.action() != Action.ANCHOR && !"FORBIDDEN".equals(it.reason())))
                .filteredOn(it -> it.action() != Action.LOGIN)
                .allSatisfy(it -> {
                    assertThat(it.requestId()).isNotBlank();
                    assertThat(it.clientSystem()).startsWith("Java-http-client/");
                });
        assertThat(entries.stream()
                        .filter(it -> it.action() == Action.UNBLIND && it.outcome() == Outcome.REFUSED)
                        .map(AuditEntry::actorRoles))
                .containsExactlyInAnyOrder(List.of("randomisation"), List.of("site"));
        assertThat(entries.stream().filter(it -> it.action() == Action.AMEND))
                .singleElement()
                .satisfies(it -> assertThat(it.actorRoles()).containsExactly("site"))
                .extracting(AuditEntry::site)
                .isEqualTo("S01");
        assertThat(entries.stream()
                        .filter(it -> it.object() != null && it.object().topic() != null))
                .hasSize(7)
                .allSatisfy(it -> {
                    ConsumerRecord<String, byte[]> message = message(it.object());
                    assertThat(RecordSeal.of(message.headers(), message.value()))
                            .hasValue(it.object().seal());
                });
    }

    @Test
    @Order(1)
    void noEntryTellsAScoreAnArmOrAReason() {
        List<String> texts = kafka
                .read(
                        Topics.AUDIT.name(),
                        new StringDeserializer(),
                        new StringDeserializer(),
                        it -> assertThat(it).isNotEmpty())
                .stream()
                .map(ConsumerRecord::value)
                .toList();
        assertThat(texts)
                .allSatisfy(it -> assertThat(it)
                        .doesNotContain(
                                "CELLS", "PBO", "typed it wrongly", "objection", "emergency", "NRS", "\"value\""));
    }

    @Test
    @Order(2)
    void findsNothingWhereNothingWasChangedAndRemembersTheHeads() throws Exception {
        Path heads = disk.resolve("heads.json");
        assertThat(verify("--heads", heads.toString())).as("%s", out).isZero();
        assertThat(lines()).containsExactly("17 entries in 4 chains, 7 records, 0 findings");
        assertThat(verify("--heads", heads.toString())).as("%s", out).isZero();

        String remembered = Files.readString(heads);
        String writer = entries().get(0).value().writer();
        assertThat(remembered).contains(writer);
        String longer = remembered.replaceAll("\"seq\" : \\d+", "\"seq\" : 99");
        Files.writeString(heads, longer);
        assertThat(verify("--heads", heads.toString())).isEqualTo(1);
        assertThat(lines())
                .hasSize(5)
                .anyMatch(it -> it.contains(" to 99 are missing: an earlier verification saw 99"));
        assertThat(heads).as("evidence").hasContent(longer);
    }

    @Test
    @Order(3)
    void namesAForgedEntryAndARecordThatNobodyIsSaidToHaveWritten() {
        AuditEntry victim = entries().stream()
                .map(ConsumerRecord::value)
                .filter(it -> it.action() == Action.AMEND)
                .findFirst()
                .orElseThrow();
        byte[] forged = new String(Topics.AUDIT.serde().serializer().serialize("", victim), UTF_8)
                .replace("\"actorId\":\"test\"", "\"actorId\":\"somebody\"")
                .getBytes(UTF_8);
        write(Topics.AUDIT, "T1", forged);
        AuditObject stored = victim.object();
        assertThat(stored).isNotNull();
        byte[] score = new String(message(stored).value(), UTF_8)
                .replace("\"value\":6", "\"value\":1")
                .getBytes(UTF_8);
        write(Topics.FOLLOW_UPS, "T1|P1", score);

        assertThat(verify()).isEqualTo(1);
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(0)).endsWith(": " + victim.auditId() + " was altered: its hash is of something else");
        assertThat(lines().get(1)).endsWith(": " + victim.auditId() + " is there already: one of them was inserted");
        assertThat(lines().get(2)).startsWith("outcomes.follow-ups.v1 ").endsWith(": no audit entry says who wrote it");
        assertThat(lines().get(3)).isEqualTo("18 entries in 4 chains, 8 records, 3 findings");
    }

    @Test
    void saysWhenItCouldNotTell() {
        PrintStream print = new PrintStream(out, true, UTF_8);
        assertThat(AuditCommand.run(
                        new String[] {
                            "verify",
                            "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                            "--spring.kafka.properties.default.api.timeout.ms=1000",
                            "--spring.kafka.properties.request.timeout.ms=500"
                        },
                        print,
                        print))
                .isEqualTo(2);
        assertThat(lines()).singleElement().asString().startsWith("could not verify: ");
        Stream.of(new String[] {}, new String[] {"verify", "--heads"}, new String[] {"check"})
                .forEach(it -> {
                    out.reset();
                    assertThat(AuditCommand.run(it, print, print)).isEqualTo(2);
                    assertThat(lines()).singleElement().asString().startsWith("usage: audit verify ");
                });
    }
}

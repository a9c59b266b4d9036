package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.endtoend.Client.Answer;
import io.outcometracker.endtoend.TraceReceiver.Received;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.loader.Tokens;
import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.TestTokens;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What who runs the three services sees of them: their logs, their traces, and their end. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperationsIT {
    private static final int LAST = Order.DEFAULT + 1;

    /** Stands in all that is sent that may name a participant or a score. */
    private static final String SECRET = "QXZ7W";

    private static final String TRIAL = TestKafka.unique("operations");
    private static final String PARTICIPANT = "P-" + SECRET;
    private static final String ENROLMENT =
            "{\"participant\":\"%s\",\"site\":\"S1\",\"arm\":\"ACT\",\"day1\":\"2025-01-13\"}".formatted(PARTICIPANT);

    @RegisterExtension
    static final TestKafka kafka = new TestKafka();

    private static Path data;
    private static final TraceReceiver traces = new TraceReceiver();
    private static final TestTokens tokens = new TestTokens();
    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ServiceProcess ingest;
    private static ServiceProcess cohort;
    private static ServiceProcess metrics;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "operations")), "services-")
                .toAbsolutePath();
        cohort = start("cohort-service", Map.of());
        ingest = start(
                "ingest-service",
                Map.of("OUTCOMES_INGEST_KEY_FILE", tokens.keyFile().toString()));
        metrics = start(
                "metrics-service",
                Map.of(
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                        TestTokens.ISSUER,
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI",
                        ingest.address().resolve(".well-known/jwks.json").toString()));
        client = new Client(
                ingest.address(),
                metrics.address(),
                new Tokens(Stream.of(Role.values()).collect(toMap(Role::claim, it -> tokens.of(it.claim())))));
        for (URI service : List.of(ingest.address(), cohort.address(), metrics.address())) {
            await().atMost(ProductProcess.PATIENCE).until(() -> isReady(service));
        }
        Suite.put(client, TRIAL, "open");
    }

    private static ServiceProcess start(String service, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("OUTCOMES_KAFKA", kafka.bootstrapServers());
        environment.put("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", traces.address());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        return ServiceProcess.start(service, data, environment);
    }

    private static boolean isReady(URI service) throws Exception {
        HttpRequest question = HttpRequest.newBuilder(service.resolve("actuator/health/readiness"))
                .build();
        return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
    }

    @AfterAll
    static void stop() {
        Stream.of(ingest, cohort, metrics).filter(Objects::nonNull).forEach(ServiceProcess::close);
        traces.close();
    }

    private static String score(String recordId, String value) {
        return score(recordId, "BL", "2025-01-13", value);
    }

    private static String score(String recordId, String visit, String assessedOn, String value) {
        return """
                {"recordId":"%s-%s","site":"S1","participant":"%s","visit":"%s","instrument":"NRS","value":%s,"assessedOn":"%s"}""".formatted(recordId, SECRET, PARTICIPANT, visit, value, assessedOn);
    }

    @Test
    void onePostIsOneTraceUpToTheNumberThatIsShown() {
        client.post(TRIAL, Client.ENROLMENTS, Client.JSON, ENROLMENT);
        client.settledMetrics(TRIAL);
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String parent = "b7ad6b7169203331";

        Answer answer = client.send(client.request(client.ingest(), "api/v1/trials/" + TRIAL + "/follow-ups")
                .header("Content-Type", Client.JSON)
                .header("traceparent", "00-" + trace + '-' + parent + "-01")
                .header("tracestate", "vendor=" + SECRET)
                .header("baggage", "participant=" + SECRET)
                .POST(BodyPublishers.ofString(score("R1", "M4", "2025-05-13", "4"))));

        assertThat(answer.status()).isEqualTo(202);
        await().atMost(ProductProcess.PATIENCE).untilAsserted(() -> {
            Received post = only(trace, "ingest-service", "POST /api/v1/trials/{trial}/{records:");
            Received apply = only(trace, "cohort-service", "apply");
            assertThat(id(post.span().getParentSpanId().toByteArray())).isEqualTo(parent);
            assertThat(apply.span().getParentSpanId()).isEqualTo(post.span().getSpanId());
            Span publish = of(trace, "cohort-service", "publish")
                    .filter(it -> it.getParentSpanId().equals(apply.span().getSpanId()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing published"));
            assertThat(of(trace, "metrics-service", "show"))
                    .isNotEmpty()
                    .extracting(Span::getParentSpanId)
                    .contains(publish.getSpanId());
        });
        assertThat(traces.received()).noneMatch(it -> it.span().toString().contains(SECRET));
        assertThat(traceparents(Topics.FOLLOW_UPS)).anyMatch(it -> it.contains(trace));
        assertThat(traceparents(Topics.DISPOSITIONS)).anyMatch(it -> it.contains(trace));
        assertThat(traceparents(Topics.COHORT_METRICS)).anyMatch(it -> it.contains(trace));
    }

    private static Received only(String trace, String service, String name) {
        List<Received> found = traces.received().stream()
                .filter(it -> isOf(it, trace, service, name))
                .toList();
        assertThat(found).as("%s of %s in %s", name, service, names()).hasSize(1);
        return found.get(0);
    }

    private static List<String> names() {
        return traces.received().stream()
                .map(it -> it.service() + ' ' + it.span().getName())
                .distinct()
                .toList();
    }

    private static Stream<Span> of(String trace, String service, String name) {
        return traces.received().stream()
                .filter(it -> isOf(it, trace, service, name))
                .map(Received::span);
    }

    private static boolean isOf(Received it, String trace, String service, String name) {
        return it.service().equals(service)
                && it.span().getName().startsWith(name)
                && id(it.span().getTraceId().toByteArray()).equals(trace);
    }

    private static String id(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** As bytes, since one test writes what nobody can read. */
    private static List<ConsumerRecord<String, byte[]>> read(
            Topic<?> topic, Consumer<List<ConsumerRecord<String, byte[]>>> expectation) {
        return kafka.read(topic.name(), new StringDeserializer(), new ByteArrayDeserializer(), expectation);
    }

    private static List<String> traceparents(Topic<?> topic) {
        return read(topic, it -> assertThat(it).isNotEmpty()).stream()
                .map(it -> Optional.ofNullable(it.headers().lastHeader("traceparent")))
                .flatMap(Optional::stream)
                .map(Header::value)
                .map(it -> new String(it, UTF_8))
                .toList();
    }

    @Test
    void everyLineOfTheLogsIsJsonAndNoneTellsWhatWasSent() throws Exception {
        client.post(TRIAL, Client.ENROLMENTS, Client.JSON, ENROLMENT);
        client.post(TRIAL, Client.FOLLOW_UPS, Client.JSON, score("R2", "5"));
        client.post(TRIAL, Client.FOLLOW_UPS, Client.JSON, score("R3", "\"" + SECRET + "\""));
        client.post(TRIAL, Client.FOLLOW_UPS, Client.JSON, "{" + SECRET);
        client.post(TRIAL, Client.FOLLOW_UPS, Client.CSV, SECRET + "\r\n" + SECRET);
        client.post(TRIAL, Client.FOLLOW_UPS, SECRET + "/" + SECRET, SECRET);
        client.post(TRIAL + SECRET, Client.FOLLOW_UPS, Client.JSON, score("R4", "5"));
        client.get("api/v1/" + SECRET + "?q=" + SECRET);
        HttpRequest forged = client.request(client.ingest(), "api/v1/trials/" + TRIAL)
                .header("Authorization", "Bearer " + SECRET)
                .build();
        http.send(forged, BodyHandlers.discarding());
        String poison = "{\"participant\":{\"x\":\"" + SECRET + "\"},\"value\":\"" + SECRET;
        kafka.produce(
                new StringSerializer(),
                new ByteArraySerializer(),
                Topics.all().stream()
                        .filter(it -> !it.equals(Topics.DEAD_LETTERS))
                        .map(it -> new ProducerRecord<>(it.name(), TRIAL + '|' + SECRET, poison.getBytes(UTF_8)))
                        .toList());

        cohort.awaitEntry("Unusable message skipped");
        ingest.awaitEntry("message passed over: it cannot be read");
        // In order: when this one counts, the others were read.
        client.post(TRIAL, Client.FOLLOW_UPS, Client.JSON, score("R5", "6"));

        for (ServiceProcess service : List.of(ingest, cohort, metrics)) {
            assertThat(service.lines())
                    .isNotEmpty()
                    .allSatisfy(OperationsIT::isJson)
                    .noneMatch(it -> it.contains(SECRET));
        }
    }

    private static void isJson(String line) {
        try {
            JsonNode json = Json.MAPPER.readTree(line);
            assertThat(json.path("@timestamp").asString()).isNotEmpty();
            assertThat(json.at("/service/name").asString()).isNotEmpty();
        } catch (JacksonException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    /** A request that waits for what nobody decides any more, one of which half is there, and somebody who looks on. */
    @Test
    @Order(LAST)
    void whatIsUnderWayIsAnsweredWhenTheServicesAreToldToEnd() throws Exception {
        cohort.terminate();
        assertThat(cohort.exitWithinGrace()).isEqualTo(143);
        HttpResponse<InputStream> events = http.send(
                client.request(client.metricsService(), "api/v1/trials/" + TRIAL + "/events")
                        .header("Authorization", "Bearer " + tokens.of(Role.STATISTICIAN.claim()))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(events.statusCode()).isEqualTo(200);
        CompletableFuture<HttpResponse<String>> waiting =
                post(Client.JSON, "wait=60", BodyPublishers.ofString(score("R6", "7")));
        CompletableFuture<HttpResponse<String>> half;
        try (PipedOutputStream body = new PipedOutputStream()) {
            PipedInputStream sent = new PipedInputStream(body);
            half = post("application/x-ndjson", "wait=0", BodyPublishers.ofInputStream(() -> sent));
            // So many that the first are written before the last have come.
            for (int line = 0; line < 200; line++) {
                body.write((score("L" + line, "8") + '\n').getBytes(UTF_8));
            }
            body.flush();
            read(
                    Topics.FOLLOW_UPS,
                    it -> assertThat(List.of("R6", "L0"))
                            .allSatisfy(id -> assertThat(it).anyMatch(record -> isOf(record, id))));

            ingest.terminate();
            metrics.terminate();
            ingest.awaitEntry("Commencing graceful shutdown. Waiting for active requests to complete");
            body.write((score("R7", "9") + '\n').getBytes(UTF_8));
        }

        assertThat(waiting).succeedsWithin(ServiceProcess.GRACE);
        assertThat(half).succeedsWithin(ServiceProcess.GRACE);
        assertThat(waiting.join().statusCode()).isEqualTo(202);
        assertThat(half.join().statusCode()).as(half.join().body()).isEqualTo(202);
        assertThat(ingest.exitWithinGrace()).isEqualTo(143);
        assertThat(new String(events.body().readAllBytes(), UTF_8)).contains("event:current");
        assertThat(metrics.exitWithinGrace()).isEqualTo(143);
        read(
                Topics.FOLLOW_UPS,
                it -> assertThat(List.of("R6", "R7", "L199"))
                        .allSatisfy(id -> assertThat(it).anyMatch(record -> isOf(record, id))));
    }

    private static boolean isOf(ConsumerRecord<String, byte[]> record, String recordId) {
        return new String(record.value(), UTF_8).contains('"' + recordId + '-' + SECRET);
    }

    private static CompletableFuture<HttpResponse<String>> post(
            String contentType, String prefer, HttpRequest.BodyPublisher body) {
        return http.sendAsync(
                client.request(client.ingest(), "api/v1/trials/" + TRIAL + "/follow-ups")
                        .header("Content-Type", contentType)
                        .header("Prefer", prefer)
                        .header("Authorization", "Bearer " + tokens.of(Role.SITE.claim()))
                        .POST(body)
                        .build(),
                BodyHandlers.ofString());
    }
}

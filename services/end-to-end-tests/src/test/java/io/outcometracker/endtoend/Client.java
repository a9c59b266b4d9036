package io.outcometracker.endtoend;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import io.outcometracker.loader.Tokens;
import io.outcometracker.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What sites, monitors and analysts do with the product over HTTP. */
final class Client {
    static final String FOLLOW_UPS = "follow-ups";
    static final String ENROLMENTS = "enrolments";
    static final String JSON = "application/json";
    static final String CSV = "text/csv";
    /** More is not granted. */
    static final String LONGEST_WAIT = "wait=60";

    /** What was decided is published within a small part of it. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    static {
        // In seconds. The services close an idle connection after 20, and a post that meets that fails.
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(ProductProcess.PATIENCE).build();

    private final URI ingest;
    private final URI metrics;
    private final Tokens tokens;

    Client(URI ingest, URI metrics, Tokens tokens) {
        this.ingest = ingest;
        this.metrics = metrics;
        this.tokens = tokens;
    }

    record Answer(int status, HttpHeaders headers, String body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String contentType() {
            return headers.firstValue("Content-Type").orElse("");
        }
    }

    Answer put(String trial, JsonNode protocol) {
        return send(request(ingest, "api/v1/trials/" + trial)
                .header("Content-Type", JSON)
                .PUT(BodyPublishers.ofString(protocol.toString())));
    }

    /** Waits until it is decided what becomes of the records. */
    Answer post(String trial, String records, String contentType, String body) {
        return send(posting(ingest, trial, records, body)
                .setHeader("Content-Type", contentType)
                .header("Prefer", LONGEST_WAIT));
    }

    /** To be answered when the records are stored. */
    HttpRequest.Builder posting(URI ingest, String trial, String records, String body) {
        return request(ingest, "api/v1/trials/" + trial + "/" + records)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(body));
    }

    Answer get(String path) {
        return get(path, JSON);
    }

    /** From the metrics-service. */
    Answer get(String path, String accept) {
        return send(request(metrics, path).header("Accept", accept));
    }

    /** The metrics of all cohorts of a trial. */
    JsonNode metrics(String trial) {
        return report(trial, "metrics");
    }

    /**
     * The metrics of all cohorts of a trial, once no more of them come: those that are published together are seen one
     * after the other.
     */
    JsonNode settledMetrics(String trial) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        await().during(QUIET).atMost(ProductProcess.PATIENCE).until(() -> {
            JsonNode now = metrics(trial);
            return now.equals(last.getAndSet(now));
        });
        return last.get();
    }

    /** @param report {@code metrics}, {@code completeness}, or {@code summaries}: participant flow and adverse events */
    JsonNode report(String trial, String report) {
        if (!report.equals("summaries")) {
            return rows(trial, report);
        }
        JsonNode summaries = rows(trial, "participant-flow");
        Map<JsonNode, JsonNode> events = rows(trial, "adverse-events")
                .valueStream()
                .collect(toMap(it -> it.path("cohort"), it -> it.path("adverseEvents")));
        summaries.forEach(it -> ((ObjectNode) it).set("adverseEvents", events.get(it.path("cohort"))));
        return summaries;
    }

    private JsonNode rows(String trial, String report) {
        Answer answer = get("api/v1/trials/" + trial + "/" + report);
        // Not there yet, perhaps: whoever waits asks again.
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    Optional<JsonNode> reported(String trial, String report, Cell cell) {
        return StreamSupport.stream(report(trial, report).spliterator(), false)
                .filter(cell::isOf)
                .findFirst();
    }

    HttpRequest.Builder request(URI service, String path) {
        return HttpRequest.newBuilder(service.resolve(path)).timeout(ProductProcess.PATIENCE);
    }

    URI ingest() {
        return ingest;
    }

    URI metricsService() {
        return metrics;
    }

    /** With the token of the role whose business the request is. */
    Answer send(HttpRequest.Builder unsigned) {
        HttpRequest request = unsigned.build();
        String role = TestTokens.roleFor(request.method(), request.uri().getPath());
        try {
            var response = HTTP.send(
                    unsigned.setHeader(
                                    "Authorization", "Bearer " + tokens.byRole().get(role))
                            .build(),
                    BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

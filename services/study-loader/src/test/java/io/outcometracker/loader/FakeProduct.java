package io.outcometracker.loader;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Both services behind one port, as far as the loader sees them. It decides as it is told. */
final class FakeProduct implements AutoCloseable {
    static final String REFUSED = "refused";

    /** Statuses to answer posts with before answering properly. */
    final Queue<Integer> statuses = new ArrayDeque<>();

    /** What becomes of a record that is seen for the first, second ... time. */
    Decision decision = (record, times) -> times == 1 ? "APPLIED" : "DUPLICATE";

    /** What is published, given all that was posted. */
    Function<Study, List<CohortMetric>> published = study -> List.of();

    /** Whom the metrics-service serves, and how it hides small groups from them. */
    String audience = "sponsor";

    Protocol.@Nullable DisclosureRule disclosure;
    List<Cohort> cohorts = List.of(Cohort.ALL);
    List<TrialSummary> summaries = List.of();

    @Nullable
    Protocol held;

    final List<String> requests = new ArrayList<>();

    /** What was shown with the last request of each kind. */
    final Map<String, String> tokens = new HashMap<>();

    final List<EnrolmentRecord> enrolments = new ArrayList<>();
    final List<FollowUpRecord> followUps = new ArrayList<>();
    final List<AdverseEventRecord> adverseEvents = new ArrayList<>();

    private final Map<JsonNode, Integer> seen = new HashMap<>();
    private final HttpServer server;

    interface Decision {
        String on(JsonNode record, int times);
    }

    FakeProduct() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/trials", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(exchange.getRequestMethod() + ' ' + last);
        tokens.put(
                exchange.getRequestMethod() + ' ' + last,
                exchange.getRequestHeaders().getFirst("Authorization"));
        try {
            switch (exchange.getRequestMethod() + ' ' + last) {
                case "POST enrolments" -> post(exchange, body, EnrolmentRecord.class, enrolments);
                case "POST adverse-events" -> post(exchange, body, AdverseEventRecord.class, adverseEvents);
                case "GET trials" -> send(exchange, 200, Json.MAPPER.writeValueAsBytes(List.of(audience())));
                case "GET participant-flow", "GET adverse-events" ->
                    send(exchange, 200, Json.MAPPER.writeValueAsBytes(summaries));
                case "POST follow-ups" -> post(exchange, body, FollowUpRecord.class, followUps);
                case "GET metrics" ->
                    send(
                            exchange,
                            200,
                            Json.MAPPER.writeValueAsBytes(published.apply(new Study(
                                    held, false, enrolments, followUps, adverseEvents, List.of(), List.of()))));
                case "GET T1" -> send(exchange, held == null ? 404 : 200, Json.MAPPER.writeValueAsBytes(held));
                default -> put(exchange, body);
            }
        } catch (RuntimeException e) {
            send(exchange, 500, ("{\"title\":\"" + e.getClass() + "\"}").getBytes(UTF_8));
        }
    }

    private ServiceClient.Audience audience() {
        return new ServiceClient.Audience("T1", audience, cohorts, disclosure);
    }

    private void put(HttpExchange exchange, byte[] body) throws IOException {
        Protocol put = Json.MAPPER.readValue(body, Protocol.class);
        if (held != null && held.version() == put.version() && !held.samePlan(put)) {
            send(exchange, 409, """
                    {"title":"Version reused","detail":"version 1 is held with another plan",
                     "errors":[{"code":"VERSION_REUSED","pointer":"/version","message":"raise it"}]}""".getBytes(UTF_8));
            return;
        }
        String result = held == null ? "created" : held.version() == put.version() ? "unchanged" : "changed";
        held = put;
        send(
                exchange,
                result.equals("created") ? 201 : 200,
                Json.MAPPER.writeValueAsBytes(
                        Map.of("trial", put.trial(), "version", put.version(), "result", result)));
    }

    private <R> void post(HttpExchange exchange, byte[] body, Class<R> type, List<R> kept) throws IOException {
        Integer status = statuses.poll();
        if (status != null) {
            send(exchange, status, "{\"title\":\"Not now\"}".getBytes(UTF_8));
            return;
        }
        boolean waits = "wait=20".equals(exchange.getRequestHeaders().getFirst("Prefer"));
        List<Map<String, Object>> results = new ArrayList<>();
        int refused = 0;
        for (JsonNode record : Json.MAPPER.readTree(body)) {
            int times = seen.merge(record, 1, Integer::sum);
            String fate = decision.on(record, times);
            Map<String, Object> result = new HashMap<>(Map.of("index", results.size()));
            if (fate.equals(REFUSED)) {
                refused++;
                result.put("status", "refused");
                result.put(
                        "problems",
                        List.of(Map.of(
                                "code", "OUT_OF_RANGE",
                                "pointer", "/" + results.size() + "/value",
                                "message", "value must be 0 to 10 (NRS)")));
            } else {
                result.put("status", "accepted");
                result.put("problems", List.of());
                if (waits) {
                    result.put("disposition", fate);
                }
                if (fate.equals("APPLIED") || fate.equals("RETRACTED")) {
                    kept.add(Json.MAPPER.treeToValue(record, type));
                }
            }
            results.add(result);
        }
        int all = results.size();
        send(
                exchange,
                refused == 0 ? 202 : refused == all ? 422 : 207,
                Json.MAPPER.writeValueAsBytes(
                        Map.of("trial", "T1", "accepted", all - refused, "refused", refused, "results", results)));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}

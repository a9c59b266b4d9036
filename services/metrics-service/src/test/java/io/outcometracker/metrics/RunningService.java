package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.core.type.TypeReference;

/** The service as it is run, on a port of its own. */
final class RunningService implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;

    RunningService(String bootstrapServers, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--server.port=0", "--spring.kafka.bootstrap-servers=" + bootstrapServers));
        arguments.addAll(List.of(more));
        context = MetricsApplication.application().run(arguments.toArray(String[]::new));
    }

    String address() {
        return "http://127.0.0.1:"
                + ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The status. */
    int head(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + path))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    EventReader events(String trial, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address() + "/api/v1/trials/" + trial + "/events"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new EventReader(client, request.build());
    }

    List<CohortMetric> metrics(String trial) {
        HttpResponse<String> response = get("/api/v1/trials/" + trial + "/metrics");
        assertThat(response.statusCode())
                .as("status of the metrics of %s", trial)
                .isEqualTo(200);
        return Json.MAPPER.readValue(response.body(), new TypeReference<>() {});
    }

    /** The lines of a scrape that hold this text. */
    List<String> scrape(String text) {
        return get("/actuator/prometheus")
                .body()
                .lines()
                .filter(it -> it.contains(text))
                .toList();
    }

    /** Seconds, or not a number where the series is not there. */
    double viewAge() {
        return scrape("outcomes_metrics_view_age_seconds ").stream()
                .filter(it -> !it.startsWith("#"))
                .mapToDouble(it -> Double.parseDouble(it.split(" ")[1]))
                .findFirst()
                .orElse(Double.NaN);
    }

    boolean isReady() {
        return get("/actuator/health/readiness").statusCode() == 200;
    }

    @Override
    public void close() {
        context.close();
    }
}

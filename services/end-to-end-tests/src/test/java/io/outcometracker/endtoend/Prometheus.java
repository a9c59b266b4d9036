package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.contract.Json;
import io.outcometracker.testkit.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Prometheus as Debian has it, which reads the product as {@code infra/prometheus/prometheus.yml} says, but every second. */
final class Prometheus implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("../../infra/prometheus/prometheus.yml");
    private static final YAMLMapper YAML = new YAMLMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final @Nullable Process process;
    private final URI address;

    private Prometheus(@Nullable Process process, URI address) {
        this.process = process;
        this.address = address.resolve("/api/v1/");
    }

    /** One that runs already. */
    static Prometheus at(URI address) {
        return new Prometheus(null, address);
    }

    /** Skips the test where there is none. */
    static Prometheus start(ProductProcess product) throws IOException {
        assumeTrue(Command.areOnPath("prometheus"), "needs prometheus on the path");
        Path directory =
                Files.createTempDirectory(Files.createDirectories(Path.of("target", "products")), "prometheus-");
        Path configuration = directory.resolve("prometheus.yml");
        YAML.writeValue(configuration.toFile(), configuration(product, directory));
        int port = freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
        await().atMost(ProductProcess.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(prometheus.query("up == 1")).hasSize(3));
        return prometheus;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode configuration(ProductProcess product, Path directory) throws IOException {
        Map<String, URI> services = Map.of(
                "ingest-service", product.ingest(),
                "cohort-service", product.cohort(),
                "metrics-service", product.metrics());
        Path token = Files.writeString(
                directory.resolve("token"), product.tokens().byRole().get("monitoring"));
        ObjectNode configuration = (ObjectNode) YAML.readTree(CONFIGURATION.toFile());
        configuration.remove("rule_files");
        configuration.withObject("global").put("scrape_interval", "1s");
        for (JsonNode job : configuration.get("scrape_configs")) {
            URI service = services.get(job.get("job_name").stringValue());
            ((ObjectNode) job)
                    .remove(List.of("dns_sd_configs"))
                    .putArray("static_configs")
                    .addObject()
                    .putArray("targets")
                    .add(service.getAuthority());
            if (job.has("authorization")) {
                ((ObjectNode) job.get("authorization"))
                        .put("credentials_file", token.toAbsolutePath().toString());
            }
        }
        return configuration;
    }

    /** The series at this moment. */
    JsonNode query(String expression) {
        return get("query", Map.of("query", expression)).get("result");
    }

    /** The series second by second. */
    JsonNode query(String expression, Instant from, Instant to) {
        return get(
                        "query_range",
                        Map.of("query", expression, "start", from.toString(), "end", to.toString(), "step", "1"))
                .get("result");
    }

    Stream<String> labelValues(String label, String series) {
        return get("label/" + label + "/values", Map.of("match[]", series))
                .valueStream()
                .map(JsonNode::stringValue);
    }

    private JsonNode get(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(it -> it.getKey() + '=' + URLEncoder.encode(it.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        try {
            JsonNode answer = Json.MAPPER.readTree(http.send(
                            HttpRequest.newBuilder(address.resolve(path + '?' + query))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
            assertThat(answer.get("status").stringValue())
                    .as("%s: %s", parameters, answer)
                    .isEqualTo("success");
            return answer.get("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }
}

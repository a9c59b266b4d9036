package io.outcometracker.benchmarks.stage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service of the product, from its executable jar, in a process of its own that listens on 127.0.0.1. */
public final class Service implements AutoCloseable {
    public static final String INGEST = "ingest-service";
    public static final String COHORT = "cohort-service";
    public static final String METRICS = "metrics-service";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final JavaProcess process;
    private final URI address;

    private Service(JavaProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Returns at once; {@link #awaitReady} waits.
     *
     * @param directory its state; the key of the tokens lies beside it
     * @param environment settings besides those that say where everything is
     */
    public static Service start(
            String name, Broker broker, Path directory, List<String> jvmOptions, Map<String, String> environment) {
        return start(name, JavaProcess.jar(name), broker, directory, List.of(), jvmOptions, environment);
    }

    /** The same, which this core alone works for. */
    public static Service startOn(
            int core,
            String name,
            Broker broker,
            Path directory,
            List<String> jvmOptions,
            Map<String, String> environment) {
        return start(name, JavaProcess.jar(name), broker, directory, Cores.launcher(core), jvmOptions, environment);
    }

    /** The same from another jar than the build's. */
    public static Service start(
            String name,
            Path jar,
            Broker broker,
            Path directory,
            List<String> jvmOptions,
            Map<String, String> environment) {
        return start(name, jar, broker, directory, List.of(), jvmOptions, environment);
    }

    private static Service start(
            String name,
            Path jar,
            Broker broker,
            Path directory,
            List<String> launcher,
            List<String> jvmOptions,
            Map<String, String> environment) {
        int port = Ports.free();
        Map<String, String> settings = new HashMap<>(Map.of(
                "SERVER_PORT",
                String.valueOf(port),
                "OUTCOMES_KAFKA",
                broker.bootstrapServers(),
                "OUTCOMES_INGEST_KEY_FILE",
                Tokens.keyFile(directory).toString()));
        settings.putAll(environment);
        JavaProcess process =
                JavaProcess.ofJar(name, jar, directory.resolve(name), launcher, jvmOptions, List.of(), settings);
        return new Service(process, URI.create("http://127.0.0.1:" + port + "/"));
    }

    /** Until it says of itself that it is ready. */
    public Service awaitReady() {
        process.awaitUntil(this::isReady);
        return this;
    }

    private boolean isReady() {
        try {
            return get("actuator/health/readiness").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** @param path without a slash in front */
    public HttpResponse<String> get(String path) throws IOException {
        return send(HttpRequest.newBuilder(address.resolve(path)));
    }

    public HttpResponse<String> put(String path, String token, String contentType, String body) throws IOException {
        return send(HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType)
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> post(String path, String token, String contentType, String body) throws IOException {
        return send(HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public URI address() {
        return address;
    }

    public JavaProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }

    /** Runs a command of the service's jar and returns what it prints. */
    static List<String> run(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                JavaProcess.java().toString(), "-jar", JavaProcess.jar(name).toString()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<String> lines =
                    process.inputReader(StandardCharsets.UTF_8).lines().toList();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(name + " " + arguments.get(0) + " failed");
            }
            return lines;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

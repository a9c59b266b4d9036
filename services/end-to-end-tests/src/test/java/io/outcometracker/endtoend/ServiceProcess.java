package io.outcometracker.endtoend;

import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One service as its image runs it: the executable jar, in a process of its own, that logs JSON. */
final class ServiceProcess implements AutoCloseable {
    /** What a container is given before it is killed. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+) .*");

    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param environment besides what all of them get */
    static ServiceProcess start(String service, Path directory, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                jar(service).toString()));
        try {
            Path home = Files.createDirectories(directory.resolve(service));
            Path log = home.resolve("log.json");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("SERVER_PORT", "0");
            builder.environment().put("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
            builder.environment().putAll(environment);
            return new ServiceProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path jar(String service) {
        Path target = Path.of("..", service, "target").toAbsolutePath().normalize();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*-exec.jar")) {
            return jars.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException("package the services first", e);
        }
    }

    URI address() {
        await().atMost(ProductProcess.PATIENCE).until(() -> port().isPresent() || !process.isAlive());
        return URI.create(
                "http://127.0.0.1:" + port().orElseThrow(() -> new AssertionError("did not start: " + log)) + "/");
    }

    private Optional<String> port() {
        return entries()
                .map(it -> STARTED.matcher(it.path("message").asString()))
                .filter(Matcher::matches)
                .map(it -> it.group(1))
                .findFirst();
    }

    List<String> lines() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the lines that are whole. */
    private Stream<JsonNode> entries() {
        return lines().stream()
                .filter(it -> it.startsWith("{") && it.endsWith("}"))
                .map(Json.MAPPER::readTree);
    }

    void awaitEntry(String message) {
        await().atMost(ProductProcess.PATIENCE)
                .until(() ->
                        entries().anyMatch(it -> it.path("message").asString().equals(message)));
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int exitWithinGrace() {
        await().atMost(GRACE).until(() -> !process.isAlive());
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

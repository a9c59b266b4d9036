package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.outcometracker.allinone.AllInOne;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.loader.Tokens;
import io.outcometracker.testkit.KafkaAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The product as a user starts it: the command line of all-in-one, in a process of its own. It ends when this one does. */
final class ProductProcess implements KafkaAccess, AutoCloseable {
    /** How long anything may take; generous, as nothing is to be said about speed. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    static final List<String> PORT_OPTIONS =
            List.of("--kafka-port", "--ingest-port", "--cohort-port", "--metrics-port");

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private ProductProcess(Process process) {
        this.process = process;
        reader = new Thread(this::readOutput, "output-of-product");
        reader.setDaemon(true);
        reader.start();
    }

    /** On ports that are free, but for those among the options. */
    static ProductProcess start(Path data, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--with-parent", "--data", data.toString()));
        arguments.addAll(List.of(options));
        for (String port : PORT_OPTIONS) {
            if (!arguments.contains(port)) {
                arguments.addAll(List.of(port, "0"));
            }
        }
        return run(AllInOne.class, arguments);
    }

    /** Runs a main class on the class path of the tests, with the logging of the product. */
    static ProductProcess run(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        try {
            return new ProductProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            lines.lines().forEach(output::add);
        } catch (UncheckedIOException | IOException e) {
            output.add("(no more can be read: " + e.getMessage() + ")");
        }
    }

    URI ingest() {
        return address("Post records");
    }

    URI cohort() {
        return address("Cohorts");
    }

    URI metrics() {
        return address("Metrics");
    }

    @Override
    public String bootstrapServers() {
        return told("Kafka");
    }

    Path log() {
        return Path.of(told("Log"));
    }

    Client client() {
        return new Client(ingest(), metrics(), tokens());
    }

    /** What the product said that each role may show, by the role. */
    Tokens tokens() {
        return new Tokens(Stream.of(Role.values()).collect(Collectors.toMap(Role::claim, role -> {
            String start = "export " + role + '=';
            return awaitLine(start).substring(start.length());
        })));
    }

    private URI address(String name) {
        return URI.create(told(name).replaceFirst("/(api|actuator)/.*", "/"));
    }

    private String told(String name) {
        return awaitLine("  " + name + "  ").strip().substring(name.length()).strip();
    }

    /** Waits until the product has said a line that starts so. */
    String awaitLine(String start) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> line(start).isPresent() || hasEnded());
        return line(start)
                .orElseThrow(() -> new AssertionError("ended without saying '%s':%n%s".formatted(start, output())));
    }

    private Optional<String> line(String start) {
        return output.stream().filter(it -> it.startsWith(start)).findFirst();
    }

    private boolean hasEnded() {
        return !process.isAlive() && !reader.isAlive();
    }

    /** Everything that was printed. */
    String output() {
        return String.join(System.lineSeparator(), output);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for its end and returns its exit code. */
    int awaitExit() {
        await().atMost(PATIENCE).until(this::hasEnded);
        return process.exitValue();
    }

    /** As a power failure would, but for the disk. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** As Ctrl-C does. */
    void stop() {
        process.destroy();
        awaitExit();
    }

    @Override
    public void close() {
        stop();
    }
}

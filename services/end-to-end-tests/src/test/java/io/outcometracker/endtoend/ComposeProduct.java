package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.loader.Tokens;
import io.outcometracker.testkit.Command;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The product in containers, as {@code docker-compose.yml} has it, of the jars that were just built. Its containers,
 * images, volumes and ports are its own; what is left of an earlier one of the same name goes away first.
 */
final class ComposeProduct implements AutoCloseable {
    static final String KAFKA = "kafka";
    static final String INGEST = "ingest-service";
    static final String COHORT = "cohort-service";
    static final String METRICS = "metrics-service";

    static final String TOMBSTONE = "-";

    private static final Path ROOT = Path.of("../..");
    private static final YAMLMapper YAML = new YAMLMapper();
    /** Its image is fetched from elsewhere, and no test looks at it. */
    private static final String NOT_STARTED = "grafana";

    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    /** As the administrator. */
    private static final String KAFKA_TOOL =
            "/opt/kafka/bin/%s.sh --bootstrap-server localhost:9091 --command-config /etc/kafka/secrets/admin.properties";

    /** How long all of it may take to start. */
    private static final Duration STARTED = Duration.ofMinutes(10);
    /** As many instances of a service can be reached. */
    private static final int PORTS = 3;

    private final String project;
    private final List<String> compose;
    private final Map<String, String> environment;
    private final Path log;
    private final Path clock;
    private final Map<String, String> tokens;

    private ComposeProduct(String name, List<String> files) {
        String prefix = System.getenv().getOrDefault("COMPOSE_PROJECT_NAME", "outcomes-tests");
        project = prefix + '-' + name;
        Path directory = Path.of("target", "containers").toAbsolutePath();
        log = directory.resolve(project + ".log");
        clock = directory.resolve(project + "-clock");
        int kafka = freePorts();
        environment = Map.of(
                "OUTCOMES_CLOCK", clock.toString(),
                "OUTCOMES_INGEST_PORT", range(freePorts()),
                "OUTCOMES_KAFKA_PORT", String.valueOf(kafka),
                "OUTCOMES_KAFKA_2_PORT", String.valueOf(kafka + 1),
                "OUTCOMES_KAFKA_3_PORT", String.valueOf(kafka + 2),
                "OUTCOMES_METRICS_PORT", range(freePorts()),
                "OUTCOMES_PROMETHEUS_PORT", range(freePorts()));
        try {
            Files.createDirectories(clock);
            setClock(Duration.ZERO);
            if (Files.exists(FAKE_TIME)) {
                Files.copy(FAKE_TIME, clock.resolve(FAKE_TIME.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            Path images = directory.resolve(project + ".yml");
            YAML.writeValue(images.toFile(), ownImages(prefix));
            compose = Stream.of(
                            Command.areOnPath("docker-compose")
                                    ? Stream.of("docker-compose")
                                    : Stream.of("docker", "compose"),
                            Stream.of("--project-name", project, "--file", "docker-compose.yml"),
                            files.stream().flatMap(it -> Stream.of("--file", it)),
                            Stream.of("--file", images.toString()))
                    .flatMap(it -> it)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        down();
        try {
            compose("--profile=demo", "build", "--quiet");
            List<String> up = new ArrayList<>(List.of("up", "--detach"));
            compose("config", "--services")
                    .lines()
                    .filter(it ->
                            !it.equals(NOT_STARTED) && !services().path(it).has("profiles"))
                    .forEach(up::add);
            compose(up.toArray(String[]::new));
            awaitHealth();
            tokens = readTokens();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Skips the test where there is no Docker.
     *
     * @param files laid over {@code docker-compose.yml}, from the root of the project
     */
    static ComposeProduct start(String name, String... files) {
        assumeTrue(
                Command.areOnPath("docker")
                        && (Command.areOnPath("docker-compose") || Command.succeeds("docker", "compose", "version"))
                        && Command.succeeds("docker", "info"),
                "needs Docker and docker-compose");
        return new ComposeProduct(name, List.of(files));
    }

    private static ObjectNode ownImages(String prefix) {
        ObjectNode override = YAML.createObjectNode().put("version", "3.9");
        services().forEachEntry((service, settings) -> {
            String image = settings.path("image").asString();
            if (settings.has("build")) {
                override.withObject("services")
                        .withObject(service)
                        .put("image", prefix + '/' + image.substring(image.lastIndexOf('/') + 1));
            } else if (service.startsWith(KAFKA)) {
                // Not every build of the image starts again on a disk that is formatted already.
                override.withObject("services")
                        .withObject(service)
                        .putArray("command")
                        .add("bash")
                        .add("-c")
                        .add("sed '/^set -e/d' /etc/kafka/docker/run >/tmp/run; exec bash /tmp/run");
            }
        });
        return override;
    }

    private static JsonNode services() {
        return YAML.readTree(ROOT.resolve("docker-compose.yml").toFile()).get("services");
    }

    /** The first of a range of them. */
    private static int freePorts() {
        Random random = new Random();
        return Stream.generate(() -> 20_000 + random.nextInt(10_000))
                .filter(it -> IntStream.range(it, it + PORTS).allMatch(ComposeProduct::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static String range(int first) {
        return first + "-" + (first + PORTS - 1);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Runs a command of Compose on this product, which must end well, and returns what it says. */
    String compose(String... arguments) {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs a command of Docker, which must end well, and returns what it says. */
    String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor())
                    .as(() -> "%s%n%s%s".formatted(String.join(" ", command), output, endOf(log.toFile())))
                    .isZero();
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String endOf(File file) {
        try {
            List<String> lines = Files.readAllLines(file.toPath());
            return lines.stream().skip(Math.max(0, lines.size() - 20)).collect(joining(System.lineSeparator()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Those of a service, also if they do not run. */
    List<String> containers(String service) {
        return docker(
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter=label=com.docker.compose.project=" + project,
                        "--filter=label=com.docker.compose.service=" + service,
                        "--filter=label=com.docker.compose.oneoff=False")
                .lines()
                .toList();
    }

    String container(String service) {
        List<String> containers = containers(service);
        assertThat(containers).as(service).hasSize(1);
        return containers.get(0);
    }

    /** Of the services that are meant to run: those that end by themselves are no matter. */
    List<String> allContainers() {
        List<String> all = docker(
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter=label=com.docker.compose.project=" + project,
                        "--filter=label=com.docker.compose.oneoff=False")
                .lines()
                .toList();
        return inspect(all, "{{.HostConfig.RestartPolicy.Name}} {{.Id}}")
                .lines()
                .filter(it -> it.startsWith("unless-stopped "))
                .map(it -> it.split(" ")[1])
                .toList();
    }

    private String inspect(List<String> containers, String template) {
        List<String> arguments = new ArrayList<>(List.of("inspect", "--format", template));
        arguments.addAll(containers);
        return docker(arguments.toArray(String[]::new));
    }

    String inspect(String container, String template) {
        return inspect(List.of(container), template);
    }

    /** Waits until every container that can tell says that it is well. */
    void awaitHealth() {
        await().atMost(STARTED)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(inspect(
                                        allContainers(),
                                        "{{.Name}} {{.State.Status}}{{if .State.Health}} {{.State.Health.Status}}{{end}}")
                                .lines())
                        .isNotEmpty()
                        .allMatch(it -> it.matches("\\S+ running( healthy)?")));
    }

    /** Where the instances of a service can be reached just now. */
    private List<URI> addresses(String service, int port) {
        List<String> containers = containers(service);
        return containers.isEmpty()
                ? List.of()
                : inspect(
                                containers,
                                "{{range (index .NetworkSettings.Ports \"%d/tcp\")}}{{.HostIp}}:{{.HostPort}} {{end}}"
                                        .formatted(port))
                        .lines()
                        .filter(it -> !it.isBlank())
                        .map(it -> URI.create("http://" + it.strip() + '/'))
                        .toList();
    }

    List<URI> ingest() {
        return addresses(INGEST, 8081);
    }

    URI prometheus() {
        return addresses("prometheus", 9090).get(0);
    }

    List<URI> metrics() {
        return addresses(METRICS, 8083);
    }

    String broker() {
        return containers(KAFKA).get(0);
    }

    /** The start of a command line to run in the container of the broker. */
    String kafkaTool(String name) {
        return KAFKA_TOOL.formatted(name);
    }

    List<String> volumes() {
        return docker("volume", "ls", "--quiet", "--filter=label=com.docker.compose.project=" + project)
                .lines()
                .toList();
    }

    void scale(String service, int instances) {
        compose("up", "--detach", "--no-deps", "--no-recreate", "--scale", service + '=' + instances, service);
        await().atMost(STARTED).until(() -> containers(service).size() == instances);
        awaitHealth();
    }

    /** Addresses of those who read in a consumer group. */
    Set<String> membersOfGroup(String group) {
        return docker(
                        "exec",
                        broker(),
                        "sh",
                        "-c",
                        kafkaTool("kafka-consumer-groups") + " --describe --members --group " + group)
                .lines()
                .flatMap(it -> Stream.of(it.split("\\s+")).filter(word -> word.startsWith("/")))
                .collect(toSet());
    }

    /** What is committed. */
    Map<String, String> lastOfEachKey(String topic) {
        Map<String, String> last = new TreeMap<>();
        docker(
                        "exec",
                        broker(),
                        "sh",
                        "-c",
                        kafkaTool("kafka-console-consumer")
                                + " --from-beginning --timeout-ms 5000 --formatter-property print.key=true"
                                + " --isolation-level read_committed --topic " + topic)
                .lines()
                .map(it -> it.split("\t", 2))
                .filter(it -> it.length == 2)
                .forEach(it -> last.put(it[0], it[1]));
        return last;
    }

    /** @param messages key and value, or {@link #TOMBSTONE}, with a tab between them */
    void produce(String topic, List<String> messages) {
        String lines = messages.stream().map(it -> "'" + it + "'").collect(joining(" "));
        docker(
                "exec",
                broker(),
                "sh",
                "-c",
                "printf '%s\\n' " + lines + " | " + kafkaTool("kafka-console-producer") + " --topic " + topic
                        + " --reader-property parse.key=true --reader-property null.marker=" + TOMBSTONE);
    }

    /** What the command of the cohort-service says, which must find nothing. */
    String verify() {
        return compose("run", "--rm", "--no-deps", "-T", COHORT, "verify");
    }

    /** Skips the test where clocks of containers cannot be set. */
    void requireClock() {
        assumeTrue(Files.exists(FAKE_TIME), "needs libfaketime");
    }

    /** @param ahead of that of the machine are those of the services, in a second, if started with {@code clock.yml} */
    void setClock(Duration ahead) {
        try {
            Files.writeString(clock.resolve("time"), "%+d%n".formatted(ahead.toSeconds()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String network() {
        return project + "_default";
    }

    String volume(String name) {
        return project + '_' + name;
    }

    /** Of the first instance of each service. */
    Client client() {
        return new Client(ingest().get(0), metrics().get(0), tokens());
    }

    Tokens tokens() {
        return new Tokens(tokens);
    }

    /** Those that the container {@code tokens} wrote, by their roles. */
    private Map<String, String> readTokens() {
        return docker(
                        "run",
                        "--rm",
                        "--user=0",
                        "--network=none",
                        "--volume=" + volume("tokens") + ":/tokens:ro",
                        "--entrypoint=grep",
                        inspect(container(INGEST), "{{.Config.Image}}"),
                        "-r",
                        "",
                        "/tokens")
                .lines()
                .map(it -> it.split(":", 2))
                .collect(toMap(it -> Path.of(it[0]).getFileName().toString(), it -> it[1].strip()));
    }

    private void down() {
        compose("--profile=demo", "down", "--volumes", "--remove-orphans", "--timeout=1");
    }

    /** What the containers said is kept in {@code target/containers}. */
    @Override
    public void close() {
        try {
            Files.writeString(log, compose("logs", "--no-color", "--timestamps"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            down();
        }
    }
}

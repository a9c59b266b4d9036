package io.outcometracker.allinone;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker inside this JVM, for one machine: it listens on 127.0.0.1 only and keeps its records in a directory,
 * over restarts and crashes of the process. It is Apache Kafka itself, controller and broker in one.
 *
 * <p>A record that it has acknowledged is with the operating system: killing the process does not lose it, a power
 * failure may.
 */
public final class EmbeddedBroker implements AutoCloseable {

    static final String PORT_OPTION = "--kafka-port (mvn -Pdemo: -Ddemo.kafka.port)";
    static final String DIRECTORY_OPTION = "--data (mvn -Pdemo: -Ddemo.data)";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String CONTROLLER = "CONTROLLER";
    private static final int NODE_ID = 1;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Kafka loads classes through the context class loader, which threads of the common pool do not inherit. */
    private static final Executor NEW_THREAD = task -> new Thread(task, "embedded-broker").start();

    /** The brokers of this JVM: where Kafka gives up, it ends the JVM and does not say for which broker. */
    private static final Set<EmbeddedBroker> RUNNING = ConcurrentHashMap.newKeySet();

    private final DataDirectory directory;
    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private EmbeddedBroker(DataDirectory directory, int port) {
        this.directory = directory;
        bootstrapServers = LOOPBACK + ":" + port;
        server = new KafkaRaftServer(new KafkaConfig(settings(directory.path(), port), false), Time.SYSTEM);
    }

    /**
     * Starts a broker and returns when it serves: within seconds. After a crash it takes three seconds more, for which
     * Kafka holds the place of the broker that died.
     *
     * @param directory created and formatted if need be
     * @param port 0 for any that is free
     * @throws IllegalStateException saying what is in the way and, for the port and the directory, which option of
     *     {@link AllInOne} changes it
     */
    public static EmbeddedBroker start(Path directory, int port) {
        Exit.setExitProcedure(EmbeddedBroker::giveUp);
        Exit.setHaltProcedure(EmbeddedBroker::giveUp);
        DataDirectory held = DataDirectory.hold(directory);
        EmbeddedBroker broker;
        try {
            int free = freePort(port);
            format(held.path());
            broker = new EmbeddedBroker(held, free);
        } catch (Exception e) {
            held.close();
            throw notStarted(e);
        }
        try {
            broker.serve();
        } catch (Exception e) {
            broker.close();
            throw notStarted(e);
        }
        return broker;
    }

    private static IllegalStateException notStarted(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        Throwable reason = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        String message = reason.getMessage() != null ? reason.getMessage() : reason.toString();
        return new IllegalStateException("the embedded broker did not start: " + message, reason);
    }

    private static int freePort(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK, new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot listen on %s:%d (%s): stop the program that uses the port, or choose another port with %s"
                            .formatted(LOOPBACK, port, e.getMessage(), PORT_OPTION),
                    e);
        }
    }

    private static void format(Path directory) throws Exception {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName(CONTROLLER)
                .setMetadataLogDirectory(directory.toString())
                .addDirectory(directory.toString())
                .run();
    }

    private static Map<String, String> settings(Path directory, int port) {
        // Any port does, as nobody but this broker, and nothing on disk, knows the controller by its port.
        int controllerPort = freePort(0);
        return Map.ofEntries(
                entry("process.roles", "broker,controller"),
                entry("node.id", String.valueOf(NODE_ID)),
                entry("log.dirs", directory.toString()),
                entry(
                        "listeners",
                        "PLAINTEXT://%s:%d,%s://%s:%d".formatted(LOOPBACK, port, CONTROLLER, LOOPBACK, controllerPort)),
                entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,%s:PLAINTEXT".formatted(CONTROLLER)),
                entry("controller.listener.names", CONTROLLER),
                entry("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, LOOPBACK, controllerPort)),
                // one node
                entry("offsets.topic.replication.factor", "1"),
                entry("transaction.state.log.replication.factor", "1"),
                entry("transaction.state.log.min.isr", "1"),
                // topics come from the catalogue, and last; so do the positions of a product that was off for months
                entry("auto.create.topics.enable", "false"),
                entry("log.retention.ms", "-1"),
                entry(
                        "offsets.retention.minutes",
                        String.valueOf(Duration.ofDays(3650).toMinutes())),
                // a small machine
                entry("num.network.threads", "2"),
                entry("num.io.threads", "4"),
                entry("background.threads", "2"),
                entry("offsets.topic.num.partitions", "5"),
                entry("transaction.state.log.num.partitions", "5"),
                entry("log.segment.bytes", String.valueOf(128 << 20)),
                entry("log.index.size.max.bytes", String.valueOf(1 << 20)),
                entry("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)),
                // no write to the disk twice a second where nothing happens
                entry("metadata.max.idle.interval.ms", "0"),
                // a quick start: nobody else will join a group; and what a restart after a crash waits for
                entry("group.initial.rebalance.delay.ms", "0"),
                entry("broker.heartbeat.interval.ms", "500"),
                entry("broker.session.timeout.ms", "3000"));
    }

    private void serve() throws InterruptedException, TimeoutException, ExecutionException {
        RUNNING.add(this);
        CompletableFuture<Void> startup = CompletableFuture.runAsync(server::startup, NEW_THREAD);
        CompletableFuture.anyOf(startup, ended).exceptionally(failure -> null).get();
        // Where Kafka gave up, the start that fails next knows why.
        startup.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        Map<String, Object> settings = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (Admin admin = Admin.create(settings)) {
            String clusterId = admin.describeCluster().clusterId().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            LOG.atInfo()
                    .addKeyValue("bootstrapServers", bootstrapServers)
                    .addKeyValue("directory", directory.path())
                    .addKeyValue("clusterId", clusterId)
                    .log("The embedded broker serves");
        }
    }

    private static void giveUp(int status, @Nullable String message) {
        String reason = "Kafka gave up: " + (message == null ? "what it logged before says why" : message);
        LOG.atError().addKeyValue("status", status).log(reason);
        RUNNING.forEach(it -> it.ended.completeExceptionally(new IllegalStateException(reason)));
    }

    /** Where clients connect. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * Completes when the broker is closed; exceptionally when it cannot go on, say for a full disk: then it
     * acknowledges nothing more, and its owner had better close it and end.
     */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Shuts the broker down; may be called again. */
    @Override
    public void close() {
        if (!RUNNING.remove(this)) {
            return;
        }
        try {
            CompletableFuture.runAsync(server::shutdown, NEW_THREAD).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            directory.close();
        } catch (TimeoutException | ExecutionException e) {
            // It may still write, so the directory stays held until the process ends.
            LOG.atWarn()
                    .setCause(e)
                    .log("The embedded broker did not shut down; what it acknowledged is kept nevertheless");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.complete(null);
    }
}

package io.outcometracker.endtoend;

import io.outcometracker.contract.AccessRules;
import io.outcometracker.ingest.setup.KafkaSetupCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A broker in this JVM with the settings that docker-compose.yml gives Kafka, and users and rights as kafka-setup makes them. */
final class SecuredBroker implements AutoCloseable {
    /** Those of docker-compose.yml. */
    static final List<String> LISTENERS = List.of("BROKER", "CLIENT", "CONTROLLER", "EXTERNAL");

    private static final Path COMPOSE = Path.of("..", "..", "docker-compose.yml");
    private static final String LOOPBACK = "127.0.0.1";

    private final Path folder;
    private final Map<String, Integer> ports = new TreeMap<>();
    private final KafkaRaftServer server;

    private SecuredBroker(Path folder) throws IOException {
        this.folder = folder;
        for (String listener : LISTENERS) {
            ports.put(listener, freePort());
        }
        server = new KafkaRaftServer(new KafkaConfig(settings(), false), Time.SYSTEM);
    }

    /** With a user for everybody for whom the catalogue has rights. */
    static SecuredBroker start(Path folder) throws Exception {
        format(folder.resolve("log"));
        SecuredBroker broker = new SecuredBroker(folder);
        broker.server.startup();
        Files.createDirectories(broker.credentials());
        for (String principal : AccessRules.principals()) {
            broker.give(principal, password(principal));
        }
        broker.setUp();
        return broker;
    }

    private static void format(Path log) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(log.toString())
                .addDirectory(log.toString())
                .run();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What of those of docker-compose.yml is about places is of this broker. */
    private Map<String, String> settings() throws IOException {
        Map<String, String> settings = new HashMap<>();
        JsonNode environment =
                YAMLMapper.shared().readTree(Files.readString(COMPOSE)).at("/services/kafka/environment");
        environment.properties().stream()
                .filter(it -> !it.getKey().equals("KAFKA_OPTS"))
                .forEach(it -> settings.put(
                        it.getKey()
                                .replaceFirst("^KAFKA_", "")
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        it.getValue().asString()));
        settings.put("listeners", listeners(LISTENERS));
        settings.put("advertised.listeners", listeners(List.of("BROKER", "CLIENT", "EXTERNAL")));
        settings.put("controller.quorum.voters", "1@" + address("CONTROLLER"));
        settings.put("log.dirs", folder.resolve("log").toString());
        String brokers = "username=\"broker\" password=\"%s\" user_broker=\"%1$s\"".formatted(password("broker"));
        login(settings, "broker", "plain", brokers + " user_admin=\"" + password("admin") + '"');
        login(settings, "controller", "plain", brokers);
        login(settings, "client", "scram-sha-512", "");
        login(settings, "external", "scram-sha-512", "");
        // one node, quickly, on a small machine
        settings.put("offsets.topic.num.partitions", "5");
        settings.put("transaction.state.log.num.partitions", "5");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        return settings;
    }

    private String listeners(List<String> names) {
        return String.join(
                ",", names.stream().map(it -> it + "://" + address(it)).toList());
    }

    private static void login(Map<String, String> settings, String listener, String mechanism, String options) {
        settings.put(
                "listener.name." + listener + '.' + mechanism + '.' + SaslConfigs.SASL_JAAS_CONFIG,
                module(mechanism.toUpperCase(Locale.ROOT)) + " required " + options + ';');
    }

    private static String module(String mechanism) {
        return "org.apache.kafka.common.security."
                + (mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule");
    }

    /** Of who is let in. */
    static String password(String name) {
        return "password-of-" + name;
    }

    String address(String listener) {
        return LOOPBACK + ':' + ports.get(listener);
    }

    /** Settings of a client that shows itself with a name and a password. */
    Map<String, Object> settings(String listener, String mechanism, String name, String password) {
        return Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                address(listener),
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                "SASL_PLAINTEXT",
                SaslConfigs.SASL_MECHANISM,
                mechanism,
                SaslConfigs.SASL_JAAS_CONFIG,
                "%s required username=\"%s\" password=\"%s\";".formatted(module(mechanism), name, password));
    }

    Map<String, Object> settings(String principal) {
        return settings("CLIENT", "SCRAM-SHA-512", principal, password(principal));
    }

    Map<String, Object> adminSettings() {
        return settings("BROKER", "PLAIN", "admin", password("admin"));
    }

    private Path credentials() {
        return folder.resolve("credentials");
    }

    /** The file by which a principal shows itself, as docker-compose.yml gives it to its service. */
    Path credentials(String principal) {
        return credentials().resolve(principal + ".properties");
    }

    void give(String principal, String password) throws IOException {
        write(credentials(principal), settings("CLIENT", "SCRAM-SHA-512", principal, password));
    }

    private static void write(Path file, Map<String, Object> settings) throws IOException {
        StringBuilder lines = new StringBuilder();
        settings.forEach((key, value) -> {
            if (!key.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
                lines.append("spring.kafka.properties.")
                        .append(key)
                        .append('=')
                        .append(value)
                        .append('\n');
            }
        });
        Files.writeString(file, lines);
    }

    /** Runs kafka-setup; returns what it prints. */
    String setUp() throws IOException {
        Path admin = folder.resolve("admin.properties");
        write(admin, adminSettings());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            int status = KafkaSetupCommand.run(
                    new String[] {
                        "--credentials",
                        credentials().toString(),
                        "--spring.kafka.bootstrap-servers=" + address("BROKER"),
                        "--spring.config.import=file:" + admin.toAbsolutePath()
                    },
                    out,
                    out);
            String all = printed.toString(StandardCharsets.UTF_8);
            if (status != 0) {
                throw new IllegalStateException(all);
            }
            return all;
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

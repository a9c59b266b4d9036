package io.outcometracker.benchmarks.stage;

import io.outcometracker.allinone.EmbeddedBroker;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Apache Kafka in a process of its own, one node, with the product's topics. */
public final class Broker implements AutoCloseable {
    private final JavaProcess process;
    private final int port;

    private Broker(JavaProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param directory for its log */
    public static Broker start(Path directory) {
        int port = Ports.free();
        JavaProcess process = JavaProcess.ofClass(
                "broker",
                directory,
                List.of("-Xms1g", "-Xmx1g"),
                Main.class,
                List.of(directory.resolve("kafka").toString(), String.valueOf(port)));
        process.awaitUntil(() -> accepts(port));
        Broker broker = new Broker(process, port);
        TopicSetup.ensure(broker.settings(), Topics.all());
        return broker;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Of a client. */
    public Map<String, Object> settings() {
        return Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                60_000);
    }

    /** One that is not the product's. */
    public void createTopic(String name, int partitions) {
        try (Admin admin = Admin.create(settings())) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    public JavaProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }

    /** What its process runs: directory, port. */
    static final class Main {
        private Main() {}

        public static void main(String... arguments) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            broker.ended().toCompletableFuture().join();
        }
    }
}

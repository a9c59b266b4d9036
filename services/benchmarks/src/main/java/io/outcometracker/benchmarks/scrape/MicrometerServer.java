package io.outcometracker.benchmarks.scrape;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;

/**
 * Reads the topics that metrics-service reads into {@link CohortGauges}, and answers as Spring Boot's endpoint for Prometheus does, but
 * through the JDK's own server, which has nothing else to do.
 */
final class MicrometerServer {
    private static final List<String> TOPICS = List.of(Topics.COHORT_METRICS.name(), Topics.COMPLETENESS.name());

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CohortGauges gauges = new CohortGauges(registry);
    private final PrometheusScrapeEndpoint endpoint =
            new PrometheusScrapeEndpoint(registry.getPrometheusRegistry(), null);

    private MicrometerServer() {}

    /** @param arguments port, Kafka's address */
    public static void main(String... arguments) throws IOException {
        MicrometerServer server = new MicrometerServer();
        server.serve(Integer.parseInt(arguments[0]));
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        arguments[1],
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            server.read(consumer);
        }
    }

    private void serve(int port) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        // Named as those of Tomcat are.
        http.setExecutor(Executors.newSingleThreadExecutor(it -> new Thread(it, Scrape.ANSWERING)));
        http.createContext("/actuator/prometheus", this::answer);
        http.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean open = exchange.getRequestHeaders().getFirst("Accept").contains("openmetrics");
            byte[] answer = requireNonNull(endpoint.scrape(
                            open
                                    ? PrometheusOutputFormat.CONTENT_TYPE_OPENMETRICS_100
                                    : PrometheusOutputFormat.CONTENT_TYPE_004,
                            null)
                    .getBody());
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private void read(Consumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = TOPICS.stream()
                .flatMap(topic -> partitions(topic, Topics.COHORT_METRICS.partitions()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (true) {
            consumer.poll(Duration.ofMillis(200)).forEach(this::take);
        }
    }

    private static Stream<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(it -> new TopicPartition(topic, it));
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        if (message.topic().equals(Topics.COHORT_METRICS.name())) {
            gauges.metric(Topics.COHORT_METRICS.serde().deserializer().deserialize(message.topic(), message.value()));
        } else {
            gauges.completeness(
                    Topics.COMPLETENESS.serde().deserializer().deserialize(message.topic(), message.value()));
        }
    }
}

package io.outcometracker.benchmarks.scrape;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes {@link Figures} as cohort-service does, one cohort after the other. */
final class Changes implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(10);

    private final Figures figures;
    private final Producer<String, byte[]> producer;
    private final AtomicLong count = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    Changes(Figures figures, Broker broker) {
        this.figures = figures;
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** Every cohort once. */
    void publishAll() {
        publish(figures.cohorts());
        producer.flush();
    }

    /** From here on, without an end. */
    void goOn(int cohortsPerSecond) {
        int cohorts = (int) (cohortsPerSecond * STEP.toMillis() / 1000);
        var unused = clock.scheduleAtFixedRate(
                () -> publish(cohorts), STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many there were. */
    long count() {
        return count.get();
    }

    private void publish(int cohorts) {
        for (int i = 0; i < cohorts; i++) {
            long change = count.get();
            CohortMetric metric = figures.metric(change);
            send(Topics.COHORT_METRICS, metric.key(), metric);
            Completeness completeness = figures.completeness(change);
            send(Topics.COMPLETENESS, completeness.key(), completeness);
            count.incrementAndGet();
        }
    }

    private <V> void send(Topic<V> topic, String key, V value) {
        // What is not stored shows in what is compared.
        var unused = producer.send(new ProducerRecord<>(
                topic.name(), key, topic.serde().serializer().serialize(topic.name(), value)));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        producer.close(Duration.ofSeconds(5));
    }
}

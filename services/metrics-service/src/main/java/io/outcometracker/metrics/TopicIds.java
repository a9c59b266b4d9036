package io.outcometracker.metrics;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;

/** Tells topics from others of the same names: from those that were there before, or are elsewhere. */
final class TopicIds {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Object> kafkaSettings;

    TopicIds(Map<String, Object> kafkaSettings) {
        this.kafkaSettings = kafkaSettings;
    }

    /** @throws KafkaException if Kafka does not tell in time */
    String of(Set<String> names) {
        try (Admin admin = Admin.create(kafkaSettings)) {
            // In time by itself too, else closing would wait for it.
            Map<String, TopicDescription> topics = admin.describeTopics(
                            names, new DescribeTopicsOptions().timeoutMs((int) TIMEOUT.toMillis()))
                    .allTopicNames()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new TreeMap<>(topics)
                    .values().stream().map(it -> it.topicId().toString()).collect(joining(" "));
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka does not tell the topics' ids", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        }
    }
}

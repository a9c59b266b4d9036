package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the catalogue that are missing, and refuses to go on with one that is kept otherwise. */
public final class TopicSetup {
    private static final long TIMEOUT_SECONDS = 30;

    private TopicSetup() {}

    /**
     * @throws IllegalStateException if Kafka cannot be reached, or a topic exists with another clean-up policy,
     *     retention, or (participant-level topics) number of partitions than the others
     */
    public static void ensure(Map<String, ?> adminSettings, Collection<Topic<?>> topics) {
        try (Admin admin = Admin.create(Map.copyOf(adminSettings))) {
            create(admin, topics);
            check(admin, topics);
        }
    }

    private static void create(Admin admin, Collection<Topic<?>> topics) {
        Map<String, KafkaFuture<Void>> results = admin.createTopics(
                        topics.stream().map(Topic::creation).toList())
                .values();
        for (KafkaFuture<Void> result : results.values()) {
            try {
                result.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new IllegalStateException("cannot create topics: " + e.getCause(), e);
                }
            } catch (TimeoutException e) {
                throw new IllegalStateException("Kafka did not answer within " + TIMEOUT_SECONDS + " s", e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private static void check(Admin admin, Collection<Topic<?>> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it.name()))
                .toList();
        Map<ConfigResource, Config> configs =
                await(admin.describeConfigs(resources).all());
        for (Topic<?> topic : topics) {
            Config found = requireNonNull(configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name())));
            for (Entry<String, String> wanted : topic.settings().entrySet()) {
                String value = found.get(wanted.getKey()).value();
                if (!wanted.getValue().equals(value)) {
                    throw new IllegalStateException("topic %s has %s=%s, but must have %s"
                            .formatted(topic.name(), wanted.getKey(), value, wanted.getValue()));
                }
            }
        }
        checkPartitions(admin, topics);
    }

    /** Joins are local only while follow-ups and enrolments have the same number of partitions. */
    private static void checkPartitions(Admin admin, Collection<Topic<?>> topics) {
        List<String> joined = Stream.of(Topics.FOLLOW_UPS, Topics.ENROLMENTS)
                .filter(topics::contains)
                .map(Topic::name)
                .toList();
        Map<String, Integer> partitions = await(admin.describeTopics(joined).allTopicNames()).values().stream()
                .collect(Collectors.toMap(
                        TopicDescription::name, it -> it.partitions().size()));
        if (partitions.values().stream().distinct().count() > 1) {
            throw new IllegalStateException("topics must have the same number of partitions, but have " + partitions);
        }
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot read the settings of the topics", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for Kafka", e);
    }
}

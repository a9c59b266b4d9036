package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics of the catalogue that are missing, if it may, and refuses to go on with one that is kept otherwise.
 */
public final class TopicSetup {
    private static final int ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private TopicSetup() {}

    /**
     * @param adminSettings of Kafka's admin client; its {@code default.api.timeout.ms} bounds how long Kafka is waited for
     * @throws IllegalStateException if Kafka cannot be reached, or a topic exists with another clean-up policy or
     *     retention, or the topics of what is reported of participants differ in partitions
     */
    public static void ensure(Map<String, ?> adminSettings, Collection<Topic<?>> topics) {
        try (Admin admin = Admin.create(Map.copyOf(adminSettings))) {
            create(admin, topics);
            checkSettings(admin, topics);
            checkPartitions(admin, topics);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "Kafka does not answer at " + adminSettings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG), e);
        } catch (KafkaException e) {
            throw new IllegalStateException("cannot set up topics: " + e.getMessage(), e);
        }
    }

    /** Asks first: who may not create, and has no need to, does not try. */
    private static void create(Admin admin, Collection<Topic<?>> topics) {
        Map<String, KafkaFuture<TopicDescription>> there =
                admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
        List<NewTopic> missing = topics.stream()
                .filter(it -> !exists(requireNonNull(there.get(it.name()))))
                .map(Topic::creation)
                .toList();
        admin.createTopics(missing).values().values().forEach(result -> {
            try {
                Futures.await(result);
            } catch (TopicExistsException | TopicAuthorizationException e) {
                // Whether it is there now, and the right one, is checked next.
            }
        });
    }

    private static boolean exists(KafkaFuture<TopicDescription> topic) {
        try {
            Futures.await(topic);
            return true;
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    private static void checkSettings(Admin admin, Collection<Topic<?>> topics) {
        List<ConfigResource> resources =
                topics.stream().map(TopicSetup::resource).toList();
        Map<ConfigResource, Config> configs =
                awaitKnown(() -> admin.describeConfigs(resources).all());
        for (Topic<?> topic : topics) {
            Config found = requireNonNull(configs.get(resource(topic)));
            for (Entry<String, String> wanted : topic.settings().entrySet()) {
                String value = found.get(wanted.getKey()).value();
                if (!wanted.getValue().equals(value)) {
                    throw new IllegalStateException("topic %s has %s=%s, but must have %s"
                            .formatted(topic.name(), wanted.getKey(), value, wanted.getValue()));
                }
            }
        }
    }

    private static ConfigResource resource(Topic<?> topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    /** Joins are local only while what is reported of participants has the same number of partitions. */
    private static void checkPartitions(Admin admin, Collection<Topic<?>> topics) {
        List<String> joined = Topics.OF_PARTICIPANTS.stream()
                .filter(topics::contains)
                .map(Topic::name)
                .toList();
        Map<String, Integer> partitions =
                awaitKnown(() -> admin.describeTopics(joined).allTopicNames()).values().stream()
                        .collect(toMap(
                                TopicDescription::name, it -> it.partitions().size()));
        if (new HashSet<>(partitions.values()).size() > 1) {
            throw new IllegalStateException(
                    "topics must have the same number of partitions, but have " + new TreeMap<>(partitions));
        }
    }

    /** As {@link Futures#await}, of topics that exist: a broker may not have heard yet of one that was just created. */
    static <T> T awaitKnown(Supplier<KafkaFuture<T>> question) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Futures.await(question.get());
            } catch (UnknownTopicOrPartitionException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}

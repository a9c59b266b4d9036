package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Topic.Kept;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

class TopicSetupIT {
    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private Admin admin;

    @BeforeEach
    void start() {
        broker.afterPropertiesSet();
        admin = Admin.create(settings());
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.destroy();
    }

    @Test
    void createsTheCatalogue() throws Exception {
        TopicSetup.ensure(settings(), Topics.all());

        Map<String, TopicDescription> found = admin.describeTopics(
                        admin.listTopics().names().get())
                .allTopicNames()
                .get();
        assertThat(found).hasSize(Topics.all().size());
        for (Topic<?> topic : Topics.all()) {
            assertThat(found.get(topic.name()).partitions()).as(topic.name()).hasSize(topic.partitions());
        }
        assertThat(setting(Topics.TRIALS, TopicConfig.CLEANUP_POLICY_CONFIG)).isEqualTo("compact");
        for (Topic<?> topic : Topics.OF_PARTICIPANTS) {
            assertThat(setting(topic, TopicConfig.CLEANUP_POLICY_CONFIG))
                    .as(topic.name())
                    .isEqualTo("delete");
            assertThat(setting(topic, TopicConfig.RETENTION_MS_CONFIG))
                    .as(topic.name())
                    .isEqualTo("-1");
            assertThat(setting(topic, TopicConfig.RETENTION_BYTES_CONFIG))
                    .as(topic.name())
                    .isEqualTo("-1");
        }
        assertThat(setting(Topics.REJECTIONS, TopicConfig.RETENTION_MS_CONFIG)).isEqualTo("7776000000");
    }

    @Test
    void createsWhatIsMissingAndLeavesTheRest() throws Exception {
        NewTopic trials = new NewTopic(Topics.TRIALS.name(), Optional.of(3), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "compact", TopicConfig.SEGMENT_MS_CONFIG, "1000"));
        admin.createTopics(Set.of(trials)).all().get();

        TopicSetup.ensure(settings(), Topics.all());
        TopicSetup.ensure(settings(), Topics.all());

        assertThat(admin.listTopics().names().get()).hasSize(Topics.all().size());
        assertThat(setting(Topics.TRIALS, TopicConfig.SEGMENT_MS_CONFIG)).isEqualTo("1000");
    }

    @Test
    void refusesATopicThatIsKeptOtherwise() throws Exception {
        List<Topic<?>> created =
                List.of(topic("a", Kept.FOR_EVER), topic("b", Kept.LATEST), topic("c", Kept.NINETY_DAYS));
        TopicSetup.ensure(settings(), created);
        assertThatNoException().isThrownBy(() -> TopicSetup.ensure(settings(), created));

        assertThatIllegalStateException()
                .isThrownBy(() -> TopicSetup.ensure(settings(), List.of(topic("a", Kept.LATEST))))
                .withMessage("topic outcomes.a.v1 has cleanup.policy=delete, but must have compact");
        assertThatIllegalStateException()
                .isThrownBy(() -> TopicSetup.ensure(settings(), List.of(topic("b", Kept.FOR_EVER))))
                .withMessageStartingWith("topic outcomes.b.v1 has ");
        assertThatIllegalStateException()
                .isThrownBy(() -> TopicSetup.ensure(settings(), List.of(topic("c", Kept.FOR_EVER))))
                .withMessage("topic outcomes.c.v1 has retention.ms=7776000000, but must have -1");
    }

    @Test
    void refusesJoinedTopicsThatDifferInPartitions() throws Exception {
        TopicSetup.ensure(settings(), Topics.all());

        Map<String, Integer> partitions = Topics.OF_PARTICIPANTS.stream()
                .collect(Collectors.toMap(Topic::name, Topic::partitions, Integer::sum, TreeMap::new));
        for (Topic<?> topic : Topics.OF_PARTICIPANTS.subList(1, Topics.OF_PARTICIPANTS.size())) {
            addPartition(topic);
            partitions.merge(topic.name(), 1, Integer::sum);
            await().untilAsserted(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> TopicSetup.ensure(settings(), Topics.all()))
                    .withMessage("topics must have the same number of partitions, but have " + partitions));
            // Who asks for only one of them joins nothing.
            assertThatNoException().isThrownBy(() -> TopicSetup.ensure(settings(), List.of(topic)));
        }

        addPartition(Topics.OF_PARTICIPANTS.get(0));
        await().untilAsserted(
                        () -> assertThatNoException().isThrownBy(() -> TopicSetup.ensure(settings(), Topics.all())));
    }

    private void addPartition(Topic<?> topic) throws ExecutionException, InterruptedException {
        admin.createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(topic.partitions() + 1)))
                .all()
                .get();
    }

    @Test
    void saysThatKafkaIsAway() {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
        broker.destroy();
        assertThatIllegalStateException()
                .isThrownBy(() -> TopicSetup.ensure(settings, Topics.all()))
                .withMessage("Kafka does not answer at " + settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    private Map<String, Object> settings() {
        return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString());
    }

    private static Topic<DeadLetter> topic(String name, Kept kept) {
        return new Topic<>("outcomes." + name + ".v1", "test", Set.of(), kept, 1, DeadLetter.class, Set.of());
    }

    private String setting(Topic<?> topic, String name) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(name)
                .value();
    }
}

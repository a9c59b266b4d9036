package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AccessRules;
import io.outcometracker.contract.Services;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everybody tries everything, and may do what the table in infra/README.md says. */
class KafkaRightsIT {
    private static final String INTERNAL = "outcomes-cohort-service-participant-charts-changelog";
    private static final String TO_DELETE = "outcomes-cohort-service-tally-changes-repartition";
    private static final byte[] ANYTHING = {1};

    /** The table: by principal, then topic. */
    private static final Map<String, Map<String, String>> RIGHTS = new LinkedHashMap<>();

    @TempDir
    private static Path folder;

    private static SecuredBroker broker;
    private static Admin admin;

    private enum Listener {
        BROKER("PLAIN"),
        CLIENT("SCRAM-SHA-512"),
        CONTROLLER("PLAIN"),
        EXTERNAL("SCRAM-SHA-512");

        private final String mechanism;

        Listener(String mechanism) {
            this.mechanism = mechanism;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        readTable();
        broker = SecuredBroker.start(folder);
        admin = Admin.create(broker.adminSettings());
        admin.createTopics(Stream.of(INTERNAL, TO_DELETE)
                        .map(it -> new NewTopic(it, 1, (short) 1))
                        .toList())
                .all()
                .get();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.adminSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String topic : topics()) {
                producer.send(anythingTo(topic)).get();
            }
        }
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    private static void readTable() throws IOException {
        List<List<String>> rows = Files.readAllLines(Path.of("..", "..", "infra", "README.md")).stream()
                .dropWhile(it -> !it.startsWith("| Topic | ingest-service |"))
                .takeWhile(it -> it.startsWith("|"))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(it -> it.strip().replace("`", ""))
                        .toList())
                .toList();
        for (int column = 1; column < rows.get(0).size(); column++) {
            Map<String, String> rights = new LinkedHashMap<>();
            for (List<String> row : rows.subList(2, rows.size())) {
                String topic = row.get(0).equals("outcomes-cohort-service-*") ? INTERNAL : row.get(0);
                rights.put(topic, row.get(column).replace("–", ""));
            }
            RIGHTS.put(rows.get(0).get(column), rights);
        }
    }

    private static List<String> topics() {
        return Stream.concat(Topics.all().stream().map(Topic::name), Stream.of(INTERNAL))
                .toList();
    }

    static List<String> principals() {
        return AccessRules.principals();
    }

    @Test
    void theTableHasEverybodyAndEveryTopic() {
        assertThat(RIGHTS.keySet()).containsExactlyElementsOf(principals());
        assertThat(RIGHTS.values()).allSatisfy(it -> assertThat(it.keySet()).containsExactlyElementsOf(topics()));
    }

    @ParameterizedTest
    @MethodSource("principals")
    void readsAndWritesWhatTheTableSays(String principal) {
        Map<String, Object> settings = new HashMap<>(broker.settings(principal));
        // Else the first topic that it may not write ends the producer.
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        Map<String, String> found = new LinkedHashMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String topic : topics()) {
                found.put(
                        topic,
                        (mayRead(consumer, topic) ? "r" : "")
                                + (isAllowed(producer.send(anythingTo(topic))) ? "w" : ""));
            }
        }
        assertThat(found).isEqualTo(RIGHTS.get(principal));
    }

    @ParameterizedTest
    @MethodSource("principals")
    void seesNoOtherTopics(String principal) throws Exception {
        try (Admin client = Admin.create(broker.settings(principal))) {
            Set<String> shown = client.listTopics().names().get();
            assertThat(shown).containsExactlyInAnyOrderElementsOf(shownTo(principal));
            for (String topic : topics()) {
                assertThat(isAllowed(client.describeTopics(List.of(topic)).allTopicNames()))
                        .as("%s describes %s", principal, topic)
                        .isEqualTo(shown.contains(topic));
                assertThat(isAllowed(
                                client.describeConfigs(List.of(configOf(topic))).all()))
                        .as("%s asks how %s is kept", principal, topic)
                        .isEqualTo(shown.contains(topic) && Services.all().contains(principal));
            }
        }
    }

    private static List<String> shownTo(String principal) {
        return Stream.concat(
                        topics().stream(),
                        // Of its kind, and there until it is deleted.
                        isThere(TO_DELETE) ? Stream.of(TO_DELETE) : Stream.empty())
                .filter(it -> !RIGHTS.get(principal)
                        .get(it.equals(TO_DELETE) ? INTERNAL : it)
                        .isEmpty())
                .toList();
    }

    private static boolean isThere(String topic) {
        try {
            return admin.listTopics().names().get().contains(topic);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("principals")
    void createsAltersAndDeletesNothingButItsInternals(String principal) {
        try (Admin client = Admin.create(broker.settings(principal))) {
            for (String topic : Stream.concat(topics().stream(), Stream.of("outcomes.others.v1", "others"))
                    .toList()) {
                boolean own = topic.equals(INTERNAL) && principal.equals(Services.COHORT);
                Map<String, Boolean> allowed = new TreeMap<>();
                allowed.put(
                        "create",
                        isAllowed(client.createTopics(
                                        List.of(new NewTopic(topic, 1, (short) 1)),
                                        new CreateTopicsOptions().validateOnly(true))
                                .all()));
                allowed.put(
                        "delete messages",
                        isAllowed(client.deleteRecords(
                                        Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(0)))
                                .all()));
                allowed.put(
                        "delete",
                        isAllowed(client.deleteTopics(List.of(own ? TO_DELETE : topic))
                                .all()));
                assertThat(allowed.values())
                        .as("%s: %s %s", principal, topic, allowed)
                        .containsOnly(own);
                assertThat(isAllowed(client.createPartitions(
                                        Map.of(topic, NewPartitions.increaseTo(100)),
                                        new CreatePartitionsOptions().validateOnly(true))
                                .all()))
                        .as("%s adds partitions to %s", principal, topic)
                        .isFalse();
                assertThat(isAllowed(client.incrementalAlterConfigs(
                                        Map.of(
                                                configOf(topic),
                                                List.of(new AlterConfigOp(
                                                        new ConfigEntry("retention.ms", "1"),
                                                        AlterConfigOp.OpType.SET))),
                                        new AlterConfigsOptions().validateOnly(true))
                                .all()))
                        .as("%s alters how %s is kept", principal, topic)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("principals")
    void changesNobodysRights(String principal) {
        try (Admin client = Admin.create(broker.settings(principal))) {
            var rule = AccessRules.all().iterator().next();
            assertThat(Map.of(
                            "rights",
                                    isAllowed(client.describeAcls(AclBindingFilter.ANY)
                                            .values()),
                            "to give",
                                    isAllowed(client.createAcls(List.of(rule)).all()),
                            "to take",
                                    isAllowed(client.deleteAcls(List.of(rule.toFilter()))
                                            .all()),
                            "users",
                                    isAllowed(client.describeUserScramCredentials()
                                            .all()),
                            "passwords",
                                    isAllowed(client.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                                    Services.INGEST,
                                                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                                    "mine")))
                                            .all()),
                            "settings",
                                    isAllowed(client.describeConfigs(
                                                    List.of(new ConfigResource(ConfigResource.Type.BROKER, "1")))
                                            .all())))
                    .as(principal)
                    .allSatisfy((what, allowed) -> assertThat(allowed).as(what).isFalse());
        }
    }

    @ParameterizedTest
    @MethodSource("principals")
    void isInNoGroupAndNoTransactionOfOthers(String principal) {
        Map<String, Boolean> groups = new LinkedHashMap<>();
        Map<String, Boolean> expected = new LinkedHashMap<>();
        String topic = topics().stream()
                .filter(it -> RIGHTS.get(principal).get(it).contains("r"))
                .findFirst()
                .orElseThrow();
        try (Admin client = Admin.create(broker.settings(principal))) {
            for (String owner : principals()) {
                String group = owner.equals(Services.COHORT) ? "outcomes-cohort-service" : owner + "-one";
                groups.put(
                        group,
                        isAllowed(client.alterConsumerGroupOffsets(
                                        group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                                .all()));
                expected.put(
                        group,
                        owner.equals(principal)
                                && (owner.equals(Services.COHORT)
                                        || !Services.all().contains(owner)));
            }
        }
        assertThat(groups).isEqualTo(expected);
        Map<String, Object> settings = new HashMap<>(broker.settings(principal));
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "outcomes-cohort-service-one");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (principal.equals(Services.COHORT)) {
                producer.initTransactions();
            } else {
                assertThatThrownBy(producer::initTransactions).isInstanceOf(AuthorizationException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void letsNobodyInWithoutTheRightPassword(Listener listener) {
        String known = listener.mechanism.equals("PLAIN") ? "broker" : Services.INGEST;
        awaitIn(at(
                listener, broker.settings(listener.name(), listener.mechanism, known, SecuredBroker.password(known))));

        Stream.of(
                        broker.settings(listener.name(), listener.mechanism, known, "wrong"),
                        broker.settings(
                                listener.name(), listener.mechanism, "nobody", SecuredBroker.password("nobody")),
                        broker.settings(listener.name(), listener.mechanism, "ANONYMOUS", ""),
                        // Where brokers and kafka-setup come in nobody else does, and the other way round.
                        listener.mechanism.equals("PLAIN") ? broker.settings(Services.INGEST) : broker.adminSettings(),
                        Map.<String, Object>of())
                .forEach(it -> assertIsTurnedAway(at(listener, it)));
    }

    private static Map<String, Object> at(Listener listener, Map<String, Object> settings) {
        Map<String, Object> there = new HashMap<>(settings);
        there.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        there.put(
                listener == Listener.CONTROLLER
                        ? AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG
                        : CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                broker.address(listener.name()));
        return there;
    }

    private static void assertIsTurnedAway(Map<String, Object> settings) {
        Map<String, Object> impatient = new HashMap<>(settings);
        impatient.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000);
        impatient.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 1000);
        try (Admin client = Admin.create(impatient)) {
            Future<?> nodes = client.describeCluster().nodes();
            assertThatThrownBy(nodes::get)
                    .cause()
                    .isInstanceOfAny(AuthenticationException.class, TimeoutException.class);
        }
    }

    @Test
    void settingUpAgainChangesOnlyWhatIsOtherwise() throws Exception {
        assertThat(broker.setUp()).contains(AccessRules.all().size() + " rules: 0 added, 0 removed");

        admin.deleteAcls(List.of(AccessRules.all().iterator().next().toFilter()))
                .all()
                .get();
        var wide = AccessRules.all().stream()
                .filter(it -> it.entry().principal().equals("User:public"))
                .findFirst()
                .orElseThrow();
        admin.createAcls(List.of(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL), wide.entry())))
                .all()
                .get();
        assertThat(broker.setUp()).contains(" rules: 1 added, 1 removed");
    }

    @Test
    void anotherPasswordTakesThePlaceOfTheOldAndNoneTakesTheUserAway() throws Exception {
        Map<String, Object> old = broker.settings("auditors");
        Map<String, Object> fresh = broker.settings("CLIENT", "SCRAM-SHA-512", "auditors", "another");
        broker.give("auditors", "another");
        broker.setUp();
        awaitIn(fresh);
        assertIsTurnedAway(old);

        Files.delete(broker.credentials("auditors"));
        assertThat(broker.setUp()).contains("removed, as there is no file: auditors");
        await().untilAsserted(() -> assertIsTurnedAway(fresh));

        broker.give("auditors", SecuredBroker.password("auditors"));
        broker.setUp();
        awaitIn(old);
    }

    private static void awaitIn(Map<String, Object> settings) {
        await().untilAsserted(() -> {
            try (Admin client = Admin.create(settings)) {
                assertThat(isAllowed(client.describeCluster().nodes())).isTrue();
            } catch (IllegalStateException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static boolean mayRead(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seek(partition, 0);
        List<Object> read = new ArrayList<>();
        try {
            await().pollInSameThread().pollDelay(Duration.ZERO).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
                return !read.isEmpty();
            });
            return true;
        } catch (AuthorizationException e) {
            return false;
        }
    }

    private static ProducerRecord<byte[], byte[]> anythingTo(String topic) {
        return new ProducerRecord<>(topic, 0, ANYTHING, ANYTHING);
    }

    private static ConfigResource configOf(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** Whether it was done, or could have been. */
    private static boolean isAllowed(Future<?> asked) {
        try {
            asked.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

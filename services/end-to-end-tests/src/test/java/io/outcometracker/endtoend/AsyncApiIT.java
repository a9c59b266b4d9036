package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.outcometracker.testkit.TestKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A client that knows the address of the broker and of the description of the topics, and nothing else of the product. */
class AsyncApiIT {
    private static final String DOCUMENT = "https://outcometracker.example/asyncapi.json";
    /** Says that a message cannot be read, which never comes of what is posted. */
    private static final String DEAD_LETTERS = "outcomes.dead-letters.v1";

    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    private static JsonNode document;
    private static SchemaRegistry schemas;

    @BeforeAll
    static void load() {
        Client client = product.client();
        Stream.of(Study.EXAMPLE, Study.MASKED, Study.SMALL).forEach(it -> it.loadOnce(product.process()));
        for (String suite : List.of("adverse-events", "erasure", "unblinding", "public")) {
            Suite.read(suite).run(client, TestKafka.unique("described-" + suite));
        }
        client.post(Study.EXAMPLE.trial(), Client.FOLLOW_UPS, Client.JSON, "{}");

        String text = client.get("asyncapi.json").body();
        document = JsonMapper.shared().readTree(text);
        schemas = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, it -> it.schemas(Map.of(DOCUMENT, text)));
    }

    @Test
    void everyMessageOfEveryTopicIsAsDescribed() {
        document.path("channels").forEach(channel -> {
            String address = channel.path("address").stringValue();
            List<Described> messages = messages(channel);
            boolean empty = address.equals(DEAD_LETTERS);
            var found = product.process()
                    .read(
                            address,
                            new StringDeserializer(),
                            new ByteArrayDeserializer(),
                            it -> assertThat(it.isEmpty()).as(address).isEqualTo(empty));
            assertThat(found)
                    .allSatisfy(it -> assertThat(problems(it, messages))
                            .as("%s, partition %d, offset %d", address, it.partition(), it.offset())
                            .isEmpty());
        });
    }

    @Test
    void everyTopicIsDescribedAndKeptAsDescribed() throws Exception {
        Map<String, JsonNode> described = document.path("channels")
                .valueStream()
                .collect(toMap(it -> it.path("address").stringValue(), it -> it.at("/bindings/kafka")));
        try (Admin admin = Admin.create(product.process().clientSettings())) {
            Set<String> there = admin.listTopics().names().get().stream()
                    .filter(it -> it.startsWith("outcomes."))
                    .collect(toSet());
            assertThat(there).isEqualTo(described.keySet());
            var partitions = admin.describeTopics(there).allTopicNames().get();
            Map<ConfigResource, Config> settings = admin.describeConfigs(there.stream()
                            .map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it))
                            .toList())
                    .all()
                    .get();
            settings.forEach((topic, config) -> {
                JsonNode kafka = described.get(topic.name());
                assertThat(partitions.get(topic.name()).partitions())
                        .hasSize(kafka.path("partitions").intValue());
                kafka.path("topicConfiguration")
                        .forEachEntry((name, value) -> assertThat(
                                        config.get(name).value())
                                .as(topic.name() + " " + name)
                                .isEqualTo(value.isArray() ? value.get(0).asString() : value.asString()));
            });
        }
    }

    @Test
    void noticesWhatIsNotAsDescribed() {
        JsonNode channel = document.at("/channels/trials-v1");
        ConsumerRecord<String, byte[]> protocol = product.process()
                .read(
                        channel.path("address").stringValue(),
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        it -> {})
                .get(0);
        ConsumerRecord<String, byte[]> bad =
                new ConsumerRecord<>(protocol.topic(), 0, 0, "a|key", "{\"trial\": 1}".getBytes(UTF_8));
        assertThat(problems(bad, messages(channel)))
                .anyMatch(it -> it.startsWith("key"))
                .anyMatch(it -> it.startsWith("headers"))
                .anyMatch(it -> it.startsWith("value"));
    }

    /** @param at where in the document the message is */
    private record Described(String at, JsonNode message) {
        boolean isDeletion() {
            return message.at("/payload/type").asString("").equals("null");
        }

        List<String> problems(String part, String pointer, JsonNode value) {
            return schemas
                    .getSchema(SchemaLocation.of(DOCUMENT + at + pointer))
                    .validate(value, it -> it.executionConfig(config -> config.formatAssertionsEnabled(true)))
                    .stream()
                    .map(Error::toString)
                    .map(it -> part + ": " + it)
                    .toList();
        }
    }

    private static List<Described> messages(JsonNode channel) {
        return channel.path("messages")
                .valueStream()
                .map(it -> it.path("$ref").stringValue())
                .map(it -> new Described(it, document.at(it.substring(1))))
                .toList();
    }

    private static List<String> problems(ConsumerRecord<String, byte[]> found, List<Described> messages) {
        List<Described> candidates = messages.stream()
                .filter(it -> it.isDeletion() == (found.value() == null))
                .toList();
        if (candidates.size() != 1) {
            return List.of("there are " + candidates.size() + " descriptions of it");
        }
        Described described = candidates.get(0);
        List<String> problems = new ArrayList<>();
        problems.addAll(
                described.problems("key", "/bindings/kafka/key", JsonNodeFactory.instance.stringNode(found.key())));
        problems.addAll(described.problems("headers", "/headers", headers(found)));
        if (found.value() != null) {
            problems.addAll(
                    described.problems("value", "/payload", JsonMapper.shared().readTree(found.value())));
        }
        return problems;
    }

    private static ObjectNode headers(ConsumerRecord<?, ?> found) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        for (Header header : found.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return headers;
    }
}

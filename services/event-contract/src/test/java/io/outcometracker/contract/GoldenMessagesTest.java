package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What was once written stays readable for ever: never change or delete a golden message, only add. */
class GoldenMessagesTest {

    static Stream<Topic<?>> topics() {
        return Topics.all().stream();
    }

    static Stream<Golden> goldens() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyTopicHasASchema(Topic<?> topic) {
        assertThat(Schemas.errors(Schemas.read(topic.schema()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyFieldIsExplained(Topic<?> topic) {
        assertThat(Schemas.read(topic.schema()).path("description").asString()).contains(topic.name());
        Schemas.fields(topic)
                .forEach((path, field) -> assertThat(field.path("description").asString(""))
                        .as(path)
                        .endsWith("."));
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyFieldOfTheSchemaIsInSomeGoldenMessageAndNoOther(Topic<?> topic) {
        Set<String> declared = Schemas.fields(topic).keySet();
        Set<String> shown = new TreeSet<>();
        // Topics for several audiences share a schema, but not all of its fields.
        Golden.all()
                .filter(it -> it.topic().valueType() == topic.valueType())
                .forEach(it -> collectFields(it.json(), "", declared, shown));
        assertThat(shown).isEqualTo(declared);
    }

    private static void collectFields(JsonNode json, String path, Set<String> declared, Set<String> fields) {
        if (json.isArray()) {
            json.forEach(it -> collectFields(it, path + "[]", declared, fields));
        }
        json.forEachEntry((name, value) -> {
            String prefix = path.isEmpty() ? "" : path + ".";
            String field = prefix + (declared.contains(prefix + "*") ? "*" : name);
            fields.add(field);
            collectFields(value, field, declared, fields);
        });
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyChoiceOfTheSchemaIsInSomeGoldenMessage(Topic<?> topic) {
        Set<JsonNode> choices = new HashSet<>();
        Schemas.read(topic.schema()).findValues("enum").forEach(it -> it.forEach(choices::add));
        choices.removeIf(it -> Set.of("all", "arm", "site").contains(it.asString())); // names that no stratum may have
        Set<JsonNode> shown = new HashSet<>();
        Golden.of(topic).forEach(it -> collectValues(it.json(), shown));
        assertThat(shown).containsAll(choices);
    }

    private static void collectValues(JsonNode json, Set<JsonNode> values) {
        values.add(json);
        json.forEach(it -> collectValues(it, values));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theSchemaAllowsIt(Golden golden) {
        assertThat(Schemas.errors(golden.topic(), golden.json())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void itIsReadAndWrittenAsItWas(Golden golden) {
        assertThat(Golden.same(readAndWrite(golden.topic(), golden.json()), golden.json()))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void unknownFieldsAreIgnored(Golden golden) {
        ObjectNode withMore = golden.json().deepCopy();
        addUnknownFields(withMore, "", Schemas.fields(golden.topic()).keySet());
        assertThat(Schemas.errors(golden.topic(), withMore)).isEmpty();
        assertThat(Golden.same(readAndWrite(golden.topic(), withMore), golden.json()))
                .isTrue();
    }

    private static void addUnknownFields(JsonNode json, String path, Set<String> declared) {
        if (json.isArray()) {
            json.forEach(it -> addUnknownFields(it, path + "[]", declared));
        }
        json.forEachEntry(
                (name, value) -> addUnknownFields(value, path.isEmpty() ? name : path + "." + name, declared));
        // A map has no unknown names, they are its content.
        if (json instanceof ObjectNode object && !declared.contains(path + ".*")) {
            object.put("addedLater", "text");
            object.putObject("alsoAddedLater").putArray("list").add(1);
        }
    }

    private static <V> JsonNode readAndWrite(Topic<V> topic, JsonNode json) {
        try (Serde<V> serde = topic.serde()) {
            V value = serde.deserializer().deserialize(topic.name(), Json.MAPPER.writeValueAsBytes(json));
            return Json.MAPPER.readTree(serde.serializer().serialize(topic.name(), value));
        }
    }
}

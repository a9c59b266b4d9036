package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A message as it was once written, which every later version has to read. */
record Golden(Topic<?> topic, String name, ObjectNode json) {
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    static Stream<Golden> all() {
        return Topics.all().stream().flatMap(it -> of(it).stream());
    }

    static List<Golden> of(Topic<?> topic) {
        String folder = "/golden/" + topic.name();
        return files(folder)
                .map(it -> new Golden(topic, it.replace(".json", ""), (ObjectNode) Schemas.read(folder + "/" + it)))
                .toList();
    }

    static Golden named(Topic<?> topic, String name) {
        return of(topic).stream().filter(it -> it.name.equals(name)).findFirst().orElseThrow();
    }

    /** The message with another value at a JSON pointer; a missing node takes the field out. */
    Golden with(String pointer, JsonNode value) {
        ObjectNode changed = json.deepCopy();
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = changed.at(pointer.substring(0, slash));
        String field = pointer.substring(slash + 1);
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(field), value);
        } else if (value.isMissingNode()) {
            ((ObjectNode) parent).remove(field);
        } else {
            ((ObjectNode) parent).set(field, value);
        }
        return new Golden(topic, name + " " + pointer, changed);
    }

    Golden with(String pointer, String value) {
        return with(pointer, Json.MAPPER.readTree(value));
    }

    Golden without(String pointer) {
        return with(pointer, JsonNodeFactory.instance.missingNode());
    }

    /** What the reader says is wrong with it, all that a log would show; empty if it can be read. */
    Optional<String> problem() {
        return problem(topic, Json.MAPPER.writeValueAsBytes(json));
    }

    static Optional<String> problem(Topic<?> topic, byte[] bytes) {
        try {
            topic.serde().deserializer().deserialize(topic.name(), bytes);
            return Optional.empty();
        } catch (SerializationException e) {
            assertThat(e).hasNoCause().hasNoSuppressedExceptions();
            return Optional.of(e.getMessage());
        }
    }

    <V> V read(Class<V> type) {
        return Json.MAPPER.treeToValue(json, type);
    }

    private static Stream<String> files(String folder) {
        try {
            File[] files =
                    Path.of(Golden.class.getResource(folder).toURI()).toFile().listFiles();
            return Arrays.stream(files).map(File::getName).sorted();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether both are the same JSON, numbers compared by value. */
    static boolean same(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    @Override
    public String toString() {
        return topic.name() + "/" + name;
    }
}

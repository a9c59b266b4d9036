package io.outcometracker.contract;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
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
                .map(it -> new Golden(topic, it, (ObjectNode) Schemas.read(folder + "/" + it)))
                .toList();
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

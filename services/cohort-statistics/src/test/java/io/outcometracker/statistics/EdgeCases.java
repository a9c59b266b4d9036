package io.outcometracker.statistics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The single-purpose cases of {@code edge-cases.json}, which were checked in R. */
final class EdgeCases {

    private EdgeCases() {}

    static List<JsonNode> named(String name) {
        try (InputStream in = EdgeCases.class.getResourceAsStream("/edge-cases.json")) {
            List<JsonNode> cases = StreamSupport.stream(
                            new JsonMapper().readTree(in).spliterator(), false)
                    .filter(node -> node.get("case").asString().equals(name))
                    .toList();
            if (cases.isEmpty()) {
                throw new IllegalArgumentException("no case is called " + name);
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .flatMapToLong(node -> LongStream.of(node.asLong()))
                .toArray();
    }
}

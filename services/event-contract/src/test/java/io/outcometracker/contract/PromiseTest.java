package io.outcometracker.contract;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was published once holds as long as its major version: README, "Promise". */
class PromiseTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path PUBLISHED = Path.of("src/test/resources/published");
    private static final String METRICS = "/components/schemas/cohort-metrics-v1";

    static Stream<Path> published() throws IOException {
        try (Stream<Path> files = Files.list(PUBLISHED)) {
            return files.sorted().toList().stream();
        }
    }

    @Test
    void noGoldenMessageWasChangedOrTakenAway() throws IOException {
        Map<String, String> kept;
        try (Stream<String> lines = Files.lines(GOLDEN.resolve("SHA256SUMS"))) {
            kept = new TreeMap<>(lines.map(it -> it.split(" {2}")).collect(toMap(it -> it[1], it -> it[0])));
        }
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            files.filter(it -> it.toString().endsWith(".json"))
                    .forEach(it -> found.put(GOLDEN.relativize(it).toString().replace('\\', '/'), sha256(it)));
        }
        assertThat(found)
                .as("a line of golden/SHA256SUMS may be added, as sha256sum writes it, and none changed")
                .isEqualTo(kept);
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("published")
    void everythingThatWasPublishedIsStillThere(Path document) throws IOException {
        assertThat(Promise.broken(Json.MAPPER.readTree(Files.readAllBytes(document)), document()))
                .isEmpty();
    }

    @Test
    void aNewTopicFieldOrChoiceBreaksNothing() {
        JsonNode after = document();
        object(after, "/channels")
                .set("more-v1", object(after, "/channels/trials-v1").deepCopy());
        object(after, METRICS + "/properties").putObject("added").put("type", "number");
        object(after, METRICS + "/then/properties").put("added", false);
        ((ArrayNode) after.at("/components/schemas/audit-v1/properties/action/enum")).add("ADDED");
        ((ArrayNode) after.at("/channels/audit-v1/tags")).addObject().put("$ref", "#/components/tags/sponsor");
        object(after, METRICS + "/properties/trial").put("description", "In other words.");
        assertThat(Promise.broken(document(), after)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/channels/trials-v1, is gone",
        "/channels/trials-v1/address, is another",
        "/channels/trials-v1/bindings/kafka/partitions, is another",
        "/channels/trials-v1/bindings/kafka/topicConfiguration/cleanup.policy/0, is another",
        "/components/messages/trials-v1/bindings/kafka/key/pattern, is another",
        "/components/messages/trials-v1/headers/properties/ce_id, is gone",
        METRICS + "/properties/nBaselineZero, is gone",
        METRICS + "/properties/suppressed/type, is another",
        METRICS + "/$defs/distribution/properties/sd/minimum, is another",
        METRICS + "/$defs/code/pattern, is gone",
        METRICS + "/$defs/distribution/type, is gone",
    })
    void whatIsTakenAwayOrChangedIsFound(String path, String how) {
        JsonNode after = document();
        String parent = path.substring(0, path.lastIndexOf('/'));
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (how.equals("is gone")) {
            object(after, parent).remove(name);
        } else if (after.at(parent) instanceof ArrayNode list) {
            list.set(Integer.parseInt(name), "other");
        } else {
            object(after, parent).put(name, "other");
        }
        assertThat(Promise.broken(document(), after)).containsExactly(path + " " + how);
    }

    @Test
    void aRenamedFieldIsFound() {
        JsonNode after = document();
        ObjectNode fields = object(after, METRICS + "/properties");
        fields.set("renamed", fields.remove("nBaselineZero"));
        assertThat(Promise.broken(document(), after)).containsExactly(METRICS + "/properties/nBaselineZero is gone");
    }

    @Test
    void aFieldThatHasToBeThereOrHasToNoMoreIsFound() {
        JsonNode more = document();
        ((ArrayNode) more.at(METRICS + "/required")).add("n");
        JsonNode less = document();
        ((ArrayNode) less.at(METRICS + "/required")).remove(0);
        assertThat(Promise.broken(document(), more))
                .isEqualTo(Promise.broken(document(), less))
                .containsExactly(METRICS + "/required is another");
    }

    @Test
    void aChoiceThatIsGoneIsFound() {
        JsonNode after = document();
        ((ArrayNode) after.at("/components/schemas/audit-v1/properties/action/enum")).remove(0);
        assertThat(Promise.broken(document(), after))
                .containsExactly("/components/schemas/audit-v1/properties/action/enum is without \"CREATE\"");
    }

    @Test
    void aNarrowerRangeIsFound() {
        JsonNode after = document();
        object(after, METRICS + "/$defs/count").put("maximum", 100);
        assertThat(Promise.broken(document(), after)).containsExactly(METRICS + "/$defs/count/maximum came");
    }

    private static JsonNode document() {
        return Schemas.read("/asyncapi/asyncapi.json");
    }

    private static ObjectNode object(JsonNode document, String path) {
        return (ObjectNode) document.at(path);
    }
}

package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What cannot be read says so, in words that never quote it. */
class ReadingTest {
    /** Absent, these have the default that the protocol documents; the schema describes what is written. */
    private static final Set<String> DEFAULTED =
            Set.of("masked", "arms", "groupings", "control", "baseline", "hasBaseline", "percentChange");

    private static final String SECRET = "Jane|Doe*1951";

    static Stream<Golden> goldens() {
        return Golden.all();
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(1, 10),
                LongStream.of(ThreadLocalRandom.current().nextLong()));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aFieldOfAnotherTypeIsRefusedByTheSchemaAndTheReader(Golden golden) {
        changed(golden, ReadingTest::ofAnotherType).forEach(it -> {
            assertThat(Schemas.errors(it.message().topic(), it.message().json()))
                    .as(it.pointer())
                    .isNotEmpty();
            assertThat(it.message().problem()).as(it.pointer()).isPresent();
        });
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aFieldThatTheSchemaRequiresIsRequiredByTheReader(Golden golden) {
        pointers(golden.json(), "").stream()
                .filter(it -> !it.matches(".*/\\d+") && !hasDefault(golden, it))
                .forEach(it -> {
                    Golden without = golden.without(it);
                    boolean refused = without.problem().isPresent();
                    boolean required =
                            !Schemas.errors(golden.topic(), without.json()).isEmpty();
                    assertThat(refused).as(it).isEqualTo(required);
                });
    }

    private static boolean hasDefault(Golden golden, String where) {
        String field = where.substring(where.lastIndexOf('/') + 1);
        if (golden.topic().valueType() == CohortMetric.class) {
            // Without any number, an absent count of participants reads as nobody.
            return field.equals("n") && golden.json().at(where).asLong() == 0;
        }
        return golden.topic().equals(Topics.TRIALS) && DEFAULTED.contains(field);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void anUnreadableMessageIsNeverQuoted(Golden golden) {
        changed(golden, it -> JsonNodeFactory.instance.stringNode(SECRET))
                .flatMap(it -> it.message().problem().stream())
                .forEach(it -> assertThat(it).doesNotContain("Jane", "Doe", "1951"));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aMessageThatBreaksOffIsUnreadable(Golden golden) {
        byte[] json = Json.MAPPER.writeValueAsBytes(golden.json());
        for (int length = 0; length < json.length; length += 3) {
            byte[] start = new String(json, 0, length, UTF_8).getBytes(UTF_8);
            assertThat(Golden.problem(golden.topic(), start)).isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDamagedMessageIsReadOrRefusedButNothingElse(long seed) {
        Random random = new Random(seed);
        Golden.all().forEach(golden -> {
            byte[] json = Json.MAPPER.writeValueAsBytes(golden.json());
            for (int i = 0; i < 20; i++) {
                byte[] damaged = json.clone();
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                Golden.problem(golden.topic(), damaged);
            }
        });
    }

    @Test
    void noMessageIsATombstoneButTheWordNullIsNot() {
        Deserializer<FollowUp> reader = Topics.FOLLOW_UPS.serde().deserializer();
        assertThat(reader.deserialize("any", null)).isNull();
        assertThat(Topics.FOLLOW_UPS.serde().serializer().serialize("any", null))
                .isNull();
        assertThatThrownBy(() -> reader.deserialize("any", "null".getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class)
                .hasMessage("not a readable FollowUp on any: null is not a tombstone, an absent value is");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '\0', textBlock = """
            "value": 4 ; "value": "4" ; /value: must be a number
            "value": 4 ; "value": true ; /value: must be a number
            "value": 4 ; "value": 4, "value": 5 ; not JSON, from line 1, column
            "value": 4 ; "value": 0.0000000001 ; value must have at most 9 decimals
            "value": 4 ; "volume": 4 ; a final or amended record has a value and assessedOn
            "version": 1 ; "version": 1.5 ; /version: is required and must be a whole number
            "version": 1 ; "version": null ; /version: is required and must be a whole number
            "version": 1 ; "version": 3000000000 ; /version: is a number out of range
            "version": 1 ; "version": 0 ; version and protocolVersion must be 1 or more
            "version": 1 ; "version": 2 ; a version after the first has reasonForChange
            "site": "S" ; "site": 7 ; /site: must be text
            "site": "S" ; "site": "S 7" ; site must be 1 to 64 letters
            "site": "S" ; "side": "S" ; site is missing
            "status": "final" ; "status": 0 ; /status: must be one of final, amended, entered-in-error, not-done
            "status": "final" ; "status": "FINAL" ; /status: must be one of final, amended, entered-in-error, not-done
            "assessedOn": "2026-03-01" ; "assessedOn": "1.3.2026" ; /assessedOn: must be a date such as 2026-03-01
            "assessedOn": "2026-03-01" ; "assessedOn": "2026-02-30" ; /assessedOn: must be a date such as 2026-03-01
            "receivedAt": "2026-03-01T12:00:00Z" ; "receivedAt": "noon" ; /receivedAt: must be a time such as
            "baseline": false ; "baseline": 0 ; /baseline: is required and must be true or false
            "site": "S" ; "site": S ; not JSON, from line 1, column
            """)
    void saysWhichFieldBreaksWhichRule(String field, String broken, String problem) {
        String json = """
                {"trial": "T", "recordId": "R", "version": 1, "site": "S", "participant": "P", "visit": "V", \
                "baseline": false, "instrument": "I", "value": 4, "assessedOn": "2026-03-01", "status": "final", \
                "receivedAt": "2026-03-01T12:00:00Z", "protocolVersion": 1}""";
        assertThat(Golden.problem(Topics.FOLLOW_UPS, json.getBytes(UTF_8))).isEmpty();
        assertThat(Golden.problem(Topics.FOLLOW_UPS, json.replace(field, broken).getBytes(UTF_8)))
                .hasValueSatisfying(it ->
                        assertThat(it).startsWith("not a readable FollowUp on outcomes.follow-ups.v1: " + problem));
    }

    @Test
    void theNameOfAStratumIsNotQuoted() {
        assertThat(Golden.named(Topics.ENROLMENTS, "minimal")
                        .with("/strata", "{\"JaneDoe\": 1951}")
                        .problem())
                .hasValueSatisfying(it -> assertThat(it).endsWith("/strata/*: must be text"));
    }

    private static JsonNode ofAnotherType(JsonNode value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (value.isNumber()) {
            return json.stringNode(value.asString());
        } else if (value.isString()) {
            return json.booleanNode(true);
        } else if (value.isBoolean()) {
            return json.stringNode(value.asString());
        }
        return value.isArray() ? json.objectNode() : json.arrayNode();
    }

    /** The message with each of its values changed, one at a time. */
    private static Stream<Changed> changed(Golden golden, UnaryOperator<JsonNode> change) {
        return pointers(golden.json(), "").stream()
                .map(it -> new Changed(
                        it, golden.with(it, change.apply(golden.json().at(it)))));
    }

    private record Changed(String pointer, Golden message) {}

    private static List<String> pointers(JsonNode json, String path) {
        List<String> pointers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> it : json.properties()) {
            pointers.add(path + "/" + it.getKey());
            pointers.addAll(pointers(it.getValue(), path + "/" + it.getKey()));
        }
        if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                pointers.add(path + "/" + i);
                pointers.addAll(pointers(json.get(i), path + "/" + i));
            }
        }
        return pointers;
    }
}

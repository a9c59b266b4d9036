package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws that hold for every value; the name of a test that fails has the seed that repeats it. */
class RoundTripTest {

    static Stream<Arguments> topicsAndSeeds() {
        List<Long> seeds =
                List.of(1L, 2L, 3L, 5L, 8L, 13L, ThreadLocalRandom.current().nextLong());
        return Topics.all().stream()
                .flatMap(topic -> seeds.stream()
                        .map(seed -> Arguments.argumentSet(topic.name() + ", seed " + seed, topic, seed)));
    }

    @ParameterizedTest
    @MethodSource("topicsAndSeeds")
    <V> void whatIsWrittenIsAllowedByTheSchemaAndReadAsItWas(Topic<V> topic, long seed) {
        RandomValues values = new RandomValues(seed);
        try (Serde<V> serde = topic.serde()) {
            for (int i = 0; i < 20; i++) {
                V value = topic.valueType().cast(values.value(topic));
                byte[] json = serde.serializer().serialize(topic.name(), value);
                assertThat(Schemas.errors(topic, Json.MAPPER.readTree(json))).isEmpty();
                assertThat(serde.deserializer().deserialize(topic.name(), json)).isEqualTo(value);
                assertThat(serde.serializer()
                                .serialize(topic.name(), serde.deserializer().deserialize(topic.name(), json)))
                        .isEqualTo(json);
            }
        }
    }
}

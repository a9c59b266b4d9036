package io.outcometracker.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How values are written on public topics: JSON, absent fields left out, unknown fields ignored when read. */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /** A null value is a tombstone. An unreadable one throws {@link SerializationException}, which never quotes it. */
    public static <V> Serde<V> serde(Class<V> type) {
        Serializer<V> serializer = (topic, value) -> value == null ? null : MAPPER.writeValueAsBytes(value);
        Deserializer<V> deserializer = (topic, bytes) -> bytes == null ? null : read(type, topic, bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private static <V> V read(Class<V> type, String topic, byte[] bytes) {
        try {
            return MAPPER.readValue(bytes, type);
        } catch (JacksonException e) {
            // Neither message nor cause: both may quote the payload.
            throw new SerializationException("not a readable " + type.getSimpleName() + " on " + topic + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}

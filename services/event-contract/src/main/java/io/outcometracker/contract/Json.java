package io.outcometracker.contract;

import static tools.jackson.databind.cfg.CoercionAction.Fail;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.ext.javatime.deser.DurationDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * How values are written on public topics: JSON, absent fields left out. When read, unknown fields are ignored; a
 * field that is known has to have its type, nothing is converted.
 */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    it -> it.setCoercion(CoercionInputShape.Integer, Fail)
                            .setCoercion(CoercionInputShape.Float, Fail)
                            .setCoercion(CoercionInputShape.Boolean, Fail))
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()))
            .build();

    private Json() {}

    /** A null value is a tombstone. An unreadable one throws {@link SerializationException}, which never quotes it. */
    public static <V> Serde<V> serde(Class<V> type) {
        Serializer<V> serializer = (topic, value) -> value == null ? null : MAPPER.writeValueAsBytes(value);
        Deserializer<V> deserializer = (topic, bytes) -> bytes == null ? null : read(type, topic, bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private static <V> V read(Class<V> type, String topic, byte[] bytes) {
        String what = "not a readable " + type.getSimpleName() + " on " + topic + ": ";
        V value;
        try {
            value = MAPPER.readValue(bytes, type);
        } catch (JacksonException e) {
            // Without the cause, which may quote the payload.
            throw new SerializationException(what + JsonProblem.of(e));
        }
        if (value == null) {
            throw new SerializationException(what + "null is not a tombstone, an absent value is");
        }
        return value;
    }

    /** Durations as ISO 8601 text only; a number says no unit. */
    private static final class DurationText extends DurationDeserializer {
        @Override
        public Duration deserialize(JsonParser json, DeserializationContext context) {
            return json.hasToken(JsonToken.VALUE_STRING)
                    ? super.deserialize(json, context)
                    : (Duration) context.handleUnexpectedToken(Duration.class, json);
        }
    }
}

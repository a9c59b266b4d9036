package io.outcometracker.cohort.stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.outcometracker.contract.Enrolment;
import java.time.LocalDate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Compact binary form of what only this service reads: its stores and its repartition topic. */
final class Cbor {
    static final CBORMapper MAPPER = CBORMapper.builder(CBORFactory.builder()
                    // Most names are those of records, of which each is found in one chart only.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.ALWAYS))
            .withConfigOverride(Enrolment.class, it -> it.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY)))
            // Days since 1970: to read dates as text took a quarter of the time that a chart takes.
            .withConfigOverride(
                    LocalDate.class, it -> it.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.NUMBER_INT)))
            .build();

    private Cbor() {}

    static <T> Serde<T> serde(TypeReference<T> type) {
        ObjectWriter writer = MAPPER.writerFor(type);
        ObjectReader reader = MAPPER.readerFor(type);
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : writer.writeValueAsBytes(value),
                (topic, bytes) -> bytes == null ? null : reader.readValue(bytes));
    }
}

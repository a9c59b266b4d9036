package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Problem;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One record as a body had it, whatever the media type.
 *
 * @param content numbers as they were written
 * @param locate from a pointer within the record to one into the body
 * @param defect why it is no record; absent if it can be checked
 */
record RawRecord(
        JsonNode content,
        UnaryOperator<String> locate,
        @Nullable Problem defect) {
    RawRecord(JsonNode content, UnaryOperator<String> locate) {
        this(content, locate, null);
    }

    /** Participant data. */
    @Override
    public String toString() {
        return "RawRecord";
    }
}

package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Problem;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * One record as a body had it, whatever the media type.
 *
 * @param content numbers as they were written
 * @param locate from a pointer within the record to one into the body
 * @param defects why it is no record; empty if it can be checked
 */
public record RawRecord(JsonNode content, UnaryOperator<String> locate, List<Problem> defects) {
    RawRecord(JsonNode content, UnaryOperator<String> locate) {
        this(content, locate, List.of());
    }

    RawRecord(JsonNode content, UnaryOperator<String> locate, Problem defect) {
        this(content, locate, List.of(defect));
    }

    /** Participant data. */
    @Override
    public String toString() {
        return "RawRecord";
    }
}

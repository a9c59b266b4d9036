package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Turns what was posted into a record, if it keeps the rules. */
public interface RecordRules<R> {
    /** The names of the fields, in the order in which they are told. */
    List<String> fields();

    /** Those fields which are numbers: a table cannot say. */
    default Set<String> numbers() {
        return Set.of();
    }

    /** Those fields which are true or false. */
    default Set<String> flags() {
        return Set.of();
    }

    /** Those fields which are objects of texts: {@code name.key} in the header of a table. */
    default Set<String> objects() {
        return Set.of();
    }

    /** @param now when the record came */
    Checked<R> check(JsonNode posted, Protocol protocol, Instant now);
}

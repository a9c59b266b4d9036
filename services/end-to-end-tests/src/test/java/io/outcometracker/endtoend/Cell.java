package io.outcometracker.endtoend;

import io.outcometracker.contract.Cohort;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a report is about, within a trial.
 *
 * @param visit absent, as the instrument, in a report about the trial as a whole
 * @param cohort {@code all}, or {@code arm=A}
 */
record Cell(@Nullable String visit, @Nullable String instrument, String cohort) {
    static Cell of(JsonNode metric) {
        JsonNode value = metric.at("/cohort/value");
        return new Cell(
                metric.path("visit").stringValue(null),
                metric.path("instrument").stringValue(null),
                new Cohort(metric.at("/cohort/by").stringValue(), value.isString() ? value.stringValue() : null)
                        .toString());
    }

    boolean isOf(JsonNode metric) {
        return equals(of(metric));
    }
}

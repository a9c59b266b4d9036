package io.outcometracker.endtoend;

import io.outcometracker.contract.Cohort;
import tools.jackson.databind.JsonNode;

/**
 * What a metric is about, within a trial.
 *
 * @param cohort {@code all}, or {@code arm=A}
 */
record Cell(String visit, String instrument, String cohort) {
    static Cell of(JsonNode metric) {
        JsonNode value = metric.at("/cohort/value");
        return new Cell(
                metric.get("visit").stringValue(),
                metric.get("instrument").stringValue(),
                new Cohort(metric.at("/cohort/by").stringValue(), value.isString() ? value.stringValue() : null)
                        .toString());
    }

    boolean isOf(JsonNode metric) {
        return equals(of(metric));
    }
}

package io.outcometracker.cohort.chart;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.contract.Endpoint;

/** Place for one score of a participant: one instrument at one visit. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"visit", "instrument"})
record Slot(String visit, String instrument) {
    Endpoint endpoint(String trial) {
        return new Endpoint(trial, visit, instrument);
    }
}

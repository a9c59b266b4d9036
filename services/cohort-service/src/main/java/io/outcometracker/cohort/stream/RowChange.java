package io.outcometracker.cohort.stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.cohort.tally.TallyRow;

/** By how much the count of a row changes. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"row", "by"})
record RowChange(TallyRow row, long by) {}

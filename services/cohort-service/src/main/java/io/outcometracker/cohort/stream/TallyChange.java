package io.outcometracker.cohort.stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * What one event of a participant changes in one tally.
 *
 * @param partition of the input topics that the event came from
 * @param upTo by input topic, the offset in that partition up to which (exclusive) events had been applied
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"partition", "upTo", "rows"})
record TallyChange(int partition, Map<String, Long> upTo, List<RowChange> rows) {}

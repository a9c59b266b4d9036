package io.outcometracker.cohort.stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * What one event of a participant changes in one tally; or, without rows, that the tally is one.
 *
 * @param partition of the input topics that the event came from
 * @param upTo by input topic, the offset in that partition up to which (exclusive) events had been applied
 * @param more whether the event changes other tallies too, and is complete only with the change of the roster that follows
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"partition", "upTo", "more", "rows"})
record TallyChange(int partition, Map<String, Long> upTo, boolean more, List<RowChange> rows) {}

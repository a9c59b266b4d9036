package io.outcometracker.cohort.stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Up to which offsets of the input topics a task's tallies go, by partition. What a partition's events change arrives in
 * their order, so that the last change tells for all tallies of the task.
 */
final class PositionStore {
    static final String STORE = "tally-positions";

    /**
     * @param upTo as of the last event that is complete
     * @param withinEvent whether a part of the next one is already in the tallies
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"upTo", "withinEvent"})
    record Position(Map<String, Long> upTo, boolean withinEvent) {}

    private final KeyValueStore<Integer, Position> positions;

    PositionStore(KeyValueStore<Integer, Position> positions) {
        this.positions = positions;
    }

    void advance(TallyChange change) {
        if (!change.more()) {
            positions.put(change.partition(), new Position(change.upTo(), false));
            return;
        }
        Position before = positions.get(change.partition());
        if (before == null || !before.withinEvent()) {
            positions.put(change.partition(), new Position(before == null ? Map.of() : before.upTo(), true));
        }
    }

    /** Whether the tallies are as no log ever was, since an event has changed some of them and not yet all. */
    boolean isWithinEvent() {
        return byPartition().values().stream().anyMatch(Position::withinEvent);
    }

    /** By topic, the offset in each partition up to which (exclusive) events are in; 0 where none changed anything here. */
    SortedMap<String, List<Long>> upTo() {
        SortedMap<String, List<Long>> upTo = new TreeMap<>();
        byPartition()
                .forEach((partition, position) -> position.upTo().forEach((topic, offset) -> {
                    List<Long> offsets = upTo.computeIfAbsent(topic, it -> new ArrayList<>());
                    while (offsets.size() < partition) {
                        offsets.add(0L);
                    }
                    offsets.add(offset);
                }));
        return upTo;
    }

    private SortedMap<Integer, Position> byPartition() {
        SortedMap<Integer, Position> byPartition = new TreeMap<>();
        try (KeyValueIterator<Integer, Position> all = positions.all()) {
            all.forEachRemaining(it -> byPartition.put(it.key, it.value));
        }
        return byPartition;
    }
}

package io.outcometracker.cohort.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Up to which offsets of the input topics a task's tallies go, by partition. What a partition's events change arrives in
 * their order, so that the last change tells for all tallies of the task.
 */
final class PositionStore {
    static final String STORE = "tally-positions";

    private final KeyValueStore<Integer, Map<String, Long>> positions;

    PositionStore(KeyValueStore<Integer, Map<String, Long>> positions) {
        this.positions = positions;
    }

    void advance(int partition, Map<String, Long> upTo) {
        positions.put(partition, upTo);
    }

    /** By topic, the offset in each partition up to which (exclusive) events are in; 0 where none changed anything here. */
    SortedMap<String, List<Long>> upTo() {
        SortedMap<String, List<Long>> upTo = new TreeMap<>();
        SortedMap<Integer, Map<String, Long>> byPartition = new TreeMap<>();
        try (KeyValueIterator<Integer, Map<String, Long>> all = positions.all()) {
            while (all.hasNext()) {
                KeyValue<Integer, Map<String, Long>> it = all.next();
                byPartition.put(it.key, it.value);
            }
        }
        byPartition.forEach((partition, offsets) -> offsets.forEach((topic, offset) -> {
            List<Long> known = upTo.computeIfAbsent(topic, it -> new ArrayList<>());
            while (known.size() < partition) {
                known.add(0L);
            }
            known.add(offset);
        }));
        return upTo;
    }
}

package io.outcometracker.cohort.tally;

import java.util.Map;

/** Counts in a map, in which what there is none of is not there. */
final class SparseCounts {
    private SparseCounts() {}

    /** @param by how many more, or fewer */
    static <K> void add(Map<K, Long> counts, K what, long by) {
        counts.merge(what, by, (count, more) -> count + more == 0 ? null : Long.valueOf(count + more));
    }
}

package io.outcometracker.cohort.tally;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds and subtracts published counts in every way there is, and looks for a group of participants that comes out. It
 * knows who is in which count, which is more than anyone outside does.
 */
final class Adversary {
    /** How many participants are in exactly the counts that the key names. */
    private final Map<List<Boolean>, Long> sizes = new HashMap<>();

    private int counts;

    /**
     * @param inCounts in which of the published counts these participants are
     * @param participants 0 if it does not know that there are none
     */
    void add(List<Boolean> inCounts, long participants) {
        counts = inCounts.size();
        sizes.merge(inCounts, participants, Long::sum);
    }

    /** The size of the smallest group but the empty one that some sum of counts, each added, subtracted or left out, is. */
    long smallestGroup() {
        List<List<Boolean>> kinds = new ArrayList<>(sizes.keySet());
        boolean[][] in = new boolean[counts][kinds.size()];
        long[] participants = new long[kinds.size()];
        for (int kind = 0; kind < kinds.size(); kind++) {
            participants[kind] = sizes.get(kinds.get(kind));
            for (int count = 0; count < counts; count++) {
                in[count][kind] = kinds.get(kind).get(count);
            }
        }
        return smallestGroup(in, participants, 0, new int[kinds.size()]);
    }

    private static long smallestGroup(boolean[][] in, long[] participants, int count, int[] weights) {
        if (count == in.length) {
            return size(participants, weights);
        }
        long smallest = smallestGroup(in, participants, count + 1, weights);
        for (int sign : new int[] {1, -1}) {
            int[] changed = weights.clone();
            for (int kind = 0; kind < changed.length; kind++) {
                changed[kind] += in[count][kind] ? sign : 0;
            }
            smallest = Math.min(smallest, smallestGroup(in, participants, count + 1, changed));
        }
        return smallest;
    }

    private static long size(long[] participants, int[] weights) {
        long size = 0;
        for (int kind = 0; kind < weights.length; kind++) {
            if (weights[kind] != 0 && weights[kind] != 1) {
                return Long.MAX_VALUE;
            }
            size += weights[kind] * participants[kind];
        }
        return size == 0 ? Long.MAX_VALUE : size;
    }
}

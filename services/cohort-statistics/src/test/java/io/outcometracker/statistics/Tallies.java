package io.outcometracker.statistics;

/** Short ways to write a tally down. */
final class Tallies {

    private Tallies() {}

    static CohortTally ofValues(long... values) {
        CohortTally tally = new CohortTally();
        for (long value : values) {
            tally.add(new Observation(value, null), 1);
        }
        return tally;
    }

    /** Pairs of baseline and value. */
    static CohortTally ofPairs(long[]... pairs) {
        CohortTally tally = new CohortTally();
        for (long[] pair : pairs) {
            tally.add(new Observation(pair[1], pair[0]), 1);
        }
        return tally;
    }

    static long[] pair(long baseline, long value) {
        return new long[] {baseline, value};
    }

    static Scoring scoring(int decimals) {
        return new Scoring(decimals, true, true, true, null);
    }
}

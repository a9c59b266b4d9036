package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Endpoint;

/**
 * Names of tallies: an endpoint ({@code trial|visit|instrument}), the roster of a trial ({@code trial}), which lies in
 * every partition, and the participants of a trial ({@code trial|participants}), which lie in one.
 */
public final class TallyKey {
    private static final String PARTICIPANTS = "|participants";

    private TallyKey() {}

    public static String endpoint(Endpoint endpoint) {
        return endpoint.toString();
    }

    public static String roster(String trial) {
        return trial;
    }

    public static String participants(String trial) {
        return trial + PARTICIPANTS;
    }

    public static boolean isRoster(String tally) {
        return tally.indexOf('|') < 0;
    }

    /** A key of an endpoint has two bars, so that none can be mistaken for this. */
    public static boolean isParticipants(String tally) {
        return tally.endsWith(PARTICIPANTS) && tally.indexOf('|') == tally.length() - PARTICIPANTS.length();
    }

    public static String trial(String tally) {
        int bar = tally.indexOf('|');
        return bar < 0 ? tally : tally.substring(0, bar);
    }
}

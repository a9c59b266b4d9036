package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.statistics.Standing;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** What is counted at an endpoint of the participants of a cell, or of several, but for the scores themselves. */
final class Group {
    private final Map<VisitStatus, Long> reported = new EnumMap<>(VisitStatus.class);
    /** Everyone, by the status that they have as long as nothing is reported. */
    private final Map<VisitStatus, Long> enrolled = new EnumMap<>(VisitStatus.class);
    /** The same of those for whom something was reported. */
    private final Map<VisitStatus, Long> settled = new EnumMap<>(VisitStatus.class);

    private final Map<Standing, Long> scored = new HashMap<>();
    private long outsideLimits;

    /** @param withoutReport the status as long as nothing is reported */
    void enrol(VisitStatus withoutReport, long by) {
        SparseCounts.add(enrolled, withoutReport, by);
    }

    /** @param withoutReport the status as long as nothing was reported */
    void report(VisitStatus withoutReport, VisitStatus status, long by) {
        SparseCounts.add(settled, withoutReport, by);
        SparseCounts.add(reported, status, by);
    }

    void addScored(Standing standing, long by) {
        SparseCounts.add(scored, standing, by);
    }

    void addOutsideLimits(long by) {
        outsideLimits += by;
    }

    /** Whether there is no participant. */
    boolean isEmpty() {
        return enrolled.isEmpty() && settled.isEmpty();
    }

    /** How many have a score, by what their score counts for. */
    Map<Standing, Long> scored() {
        return Collections.unmodifiableMap(scored);
    }

    long outsideLimits() {
        return outsideLimits;
    }

    /** Everyone but those without a report whose visit may still take place. */
    long assessable() {
        return sum(settled) + count(VisitStatus.NOT_EXPECTED) + count(VisitStatus.MISSED) + count(VisitStatus.OVERDUE);
    }

    /** Of those whose score was due, how many have none that is a number within limits. */
    long withoutScore() {
        return assessable() - sum(scored);
    }

    Counts completeness() {
        return Counts.of(
                count(VisitStatus.RECEIVED_IN_WINDOW),
                count(VisitStatus.RECEIVED_EARLY),
                count(VisitStatus.RECEIVED_LATE),
                count(VisitStatus.NOT_DONE),
                count(VisitStatus.NOT_EXPECTED),
                count(VisitStatus.NOT_DUE),
                count(VisitStatus.DUE),
                count(VisitStatus.MISSED),
                count(VisitStatus.OVERDUE));
    }

    /**
     * The roster and the endpoint are counted one after the other, so that for a moment more may have reported than are
     * enrolled with some status; that is nobody, then.
     */
    private long count(VisitStatus status) {
        long withoutReport = enrolled.getOrDefault(status, 0L) - settled.getOrDefault(status, 0L);
        return reported.getOrDefault(status, 0L) + Math.max(0, withoutReport);
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}

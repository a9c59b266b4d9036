package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.statistics.CohortTally;
import io.outcometracker.statistics.Observation;
import java.util.EnumMap;
import java.util.Map;

/** What is counted at an endpoint of the participants of a cell, or of several. */
final class Group {
    private final CohortTally scores = new CohortTally();
    private final Map<VisitStatus, Long> statuses = new EnumMap<>(VisitStatus.class);
    private long settled;
    private long outsideLimits;

    void addScore(Observation observation, long count) {
        scores.add(observation, count);
    }

    void addStatus(VisitStatus status, long count) {
        statuses.merge(status, count, Long::sum);
    }

    void addSettled(long count) {
        settled += count;
    }

    void addOutsideLimits(long count) {
        outsideLimits += count;
    }

    void addAll(Group other) {
        scores.addAll(other.scores);
        other.statuses.forEach(this::addStatus);
        settled += other.settled;
        outsideLimits += other.outsideLimits;
    }

    CohortTally scores() {
        return scores;
    }

    long outsideLimits() {
        return outsideLimits;
    }

    /** Everyone but those without a report whose visit may still take place. */
    long assessable() {
        return settled + count(VisitStatus.NOT_EXPECTED) + count(VisitStatus.MISSED) + count(VisitStatus.OVERDUE);
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

    private long count(VisitStatus status) {
        return statuses.getOrDefault(status, 0L);
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of what a cohort should have reported at an endpoint is there. Value of {@code outcomes.completeness.v1}.
 * It changes with time even when nothing arrives.
 *
 * @param asOf when it was computed, UTC
 */
public record Completeness(
        String trial,
        String visit,
        String instrument,
        Cohort cohort,
        Counts counts,
        Instant asOf,
        int protocolVersion) {

    /**
     * Enrolled participants by where they stand; each is in exactly one of the first nine.
     *
     * @param receivedInWindow assessed within the visit's window, whenever it arrived
     * @param receivedEarly assessed before the window
     * @param receivedLate assessed after the window
     * @param notDone reported as not done
     * @param notExpected left the study before the window closed
     * @param notDue the window is not open yet, or the participant has no Day 1
     * @param due the window is open
     * @param missed the window closed while on study; has left since
     * @param overdue the window closed; is on study
     * @param randomised all of the above
     * @param received the first three
     * @param expected received, not done, missed and overdue
     * @param missing expected but not received
     * @param completeness received of expected, 0 to 1; absent if nothing is expected
     * @param retention received of randomised, 0 to 1; absent if nobody is
     * @param outOfWindow early and late of received, 0 to 1; absent if nothing is received
     */
    public record Counts(
            long receivedInWindow,
            long receivedEarly,
            long receivedLate,
            long notDone,
            long notExpected,
            long notDue,
            long due,
            long missed,
            long overdue,
            long randomised,
            long received,
            long expected,
            long missing,
            @Nullable Double completeness,
            @Nullable Double retention,
            @Nullable Double outOfWindow) {
        /** Derives the rest from the nine. */
        public static Counts of(
                long receivedInWindow,
                long receivedEarly,
                long receivedLate,
                long notDone,
                long notExpected,
                long notDue,
                long due,
                long missed,
                long overdue) {
            long received = receivedInWindow + receivedEarly + receivedLate;
            long missing = notDone + missed + overdue;
            long expected = received + missing;
            long randomised = expected + notExpected + notDue + due;
            return new Counts(
                    receivedInWindow,
                    receivedEarly,
                    receivedLate,
                    notDone,
                    notExpected,
                    notDue,
                    due,
                    missed,
                    overdue,
                    randomised,
                    received,
                    expected,
                    missing,
                    ratio(received, expected),
                    ratio(received, randomised),
                    ratio(receivedEarly + receivedLate, received));
        }

        private static @Nullable Double ratio(long part, long whole) {
            return whole == 0 ? null : (double) part / whole;
        }

        public Counts {
            Numbers.requireCounts(
                    "counts",
                    receivedInWindow,
                    receivedEarly,
                    receivedLate,
                    notDone,
                    notExpected,
                    notDue,
                    due,
                    missed,
                    overdue);
            if (received != receivedInWindow + receivedEarly + receivedLate
                    || missing != notDone + missed + overdue
                    || expected != received + missing
                    || randomised != expected + notExpected + notDue + due) {
                throw new IllegalArgumentException(
                        "received, expected, missing and randomised must be sums of the rest");
            }
            Numbers.requireRatio("completeness, retention and outOfWindow", completeness, retention, outOfWindow);
        }
    }

    public Completeness {
        new Endpoint(trial, visit, instrument);
        requireNonNull(cohort, "cohort");
        requireNonNull(counts, "counts");
        requireNonNull(asOf, "asOf");
        if (protocolVersion < 1) {
            throw new IllegalArgumentException("protocolVersion must be 1 or more");
        }
    }

    public Endpoint endpoint() {
        return new Endpoint(trial, visit, instrument);
    }

    /** The topic's key: {@code trial|visit|instrument|cohort}. */
    public String key() {
        return CohortMetric.key(endpoint(), cohort);
    }

    /** Without the value of the grouping, which may name an arm, and without numbers. */
    @Override
    public String toString() {
        return "Completeness[" + endpoint() + ", by " + cohort.by() + "]";
    }
}

package io.outcometracker.cohort.stream;

import java.time.Duration;

/**
 * When to publish: at each interval, unless that took long. After a round, a thread has three times as long for the
 * records that wait, so that under load they are counted in time and fewer rounds publish more of them each.
 */
final class Pace {
    private static final int REST = 3;
    private static final Duration LONGEST_REST = Duration.ofSeconds(2);

    private final Duration interval;
    /** In intervals, not by a clock, which may be put back. */
    private long rest;

    Pace(Duration interval) {
        this.interval = interval;
    }

    /** To be asked once per interval. */
    boolean isDue() {
        return rest == 0 || --rest == 0;
    }

    void took(Duration round) {
        Duration needed = round.multipliedBy(REST);
        rest = needed.compareTo(LONGEST_REST) > 0
                ? LONGEST_REST.dividedBy(interval)
                : Math.max(0, needed.dividedBy(interval));
    }
}

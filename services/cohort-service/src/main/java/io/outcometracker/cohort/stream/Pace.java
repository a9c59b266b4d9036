package io.outcometracker.cohort.stream;

import java.time.Duration;

/**
 * When a task publishes: at each interval, unless records wait and publishing took long. Then its thread has nine times
 * as long for the records, so that it catches up and each publication has more of them in it.
 */
final class Pace {
    private static final int REST = 9;

    private final Duration interval;
    /** In intervals, not by a clock, which may be put back. */
    private long rest;

    Pace(Duration interval) {
        this.interval = interval;
    }

    /**
     * To be asked once per interval.
     *
     * @param behind whether records wait
     */
    boolean isDue(boolean behind) {
        return !behind || rest <= 0 || --rest == 0;
    }

    /** @param tasks how many of the thread publish, each of them in turn */
    void took(Duration slice, int tasks) {
        rest = slice.multipliedBy((long) REST * tasks).dividedBy(interval);
    }
}

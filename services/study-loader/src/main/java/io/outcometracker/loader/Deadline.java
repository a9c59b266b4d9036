package io.outcometracker.loader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A moment until which something is tried. */
final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** Waits, though not beyond the deadline. */
    void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(duration.toNanos(), end - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadFailure("interrupted");
        }
    }
}

package io.outcometracker.cohort;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that failed; gives up when threads keep failing, so that health tells and an operator looks. While
 * Kafka is away each thread fails only every five minutes ({@code task.timeout.ms}), which is no reason.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);
    private static final int MOST_REPLACEMENTS = 10;
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Deque<Instant> failures = new ArrayDeque<>();

    ThreadReplacement(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        Instant now = clock.instant();
        failures.removeIf(it -> it.plus(WITHIN).isBefore(now));
        failures.add(now);
        StreamThreadExceptionResponse response = failures.size() > MOST_REPLACEMENTS
                ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
                : StreamThreadExceptionResponse.REPLACE_THREAD;
        LOG.atError()
                .addKeyValue("failures", failures.size())
                .addKeyValue("response", response)
                .setCause(failure)
                .log("A stream thread failed");
        return response;
    }
}

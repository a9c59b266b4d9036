package io.outcometracker.cohort;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces a stream thread that failed; gives up after a few times, so that health tells and an operator looks. */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);
    private static final int MOST_REPLACEMENTS = 5;

    private final AtomicInteger failures = new AtomicInteger();

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        int count = failures.incrementAndGet();
        StreamThreadExceptionResponse response = count > MOST_REPLACEMENTS
                ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
                : StreamThreadExceptionResponse.REPLACE_THREAD;
        LOG.atError()
                .addKeyValue("failures", count)
                .addKeyValue("response", response)
                .setCause(failure)
                .log("A stream thread failed");
        return response;
    }
}

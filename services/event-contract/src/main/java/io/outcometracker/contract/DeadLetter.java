package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * That a message could not be read, and where it lies; never what it holds. Value of {@code outcomes.dead-letters.v1}.
 *
 * @param service who could not read it
 * @param error class of the failure
 */
public record DeadLetter(String service, String topic, int partition, long offset, String error, Instant failedAt) {
    public DeadLetter {
        requireNonNull(service, "service");
        requireNonNull(topic, "topic");
        requireNonNull(error, "error");
        requireNonNull(failedAt, "failedAt");
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException("partition and offset must be 0 or more");
        }
    }
}

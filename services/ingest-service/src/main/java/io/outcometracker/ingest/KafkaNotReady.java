package io.outcometracker.ingest;

/** Why the service cannot start. */
final class KafkaNotReady extends RuntimeException {
    KafkaNotReady(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }
}

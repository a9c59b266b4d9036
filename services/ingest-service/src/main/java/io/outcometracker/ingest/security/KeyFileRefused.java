package io.outcometracker.ingest.security;

/** Why the key of the local issuer cannot be used. */
public final class KeyFileRefused extends RuntimeException {
    KeyFileRefused(String message) {
        super(message);
    }

    KeyFileRefused(String message, Exception cause) {
        super(message, cause);
    }
}

package io.outcometracker.metrics;

/** Why the service does not start: whoever reaches it could read everything. */
final class OpenToOthers extends RuntimeException {
    OpenToOthers(String address) {
        super("it listens on " + address + ", which others can reach, and nothing says whose tokens it takes");
    }
}

package io.outcometracker.testkit;

/** A started broker; JUnit closes it with the store that it is in. */
record RunningBroker(String bootstrapServers, Runnable stop) implements AutoCloseable {
    @Override
    public void close() {
        stop.run();
    }
}

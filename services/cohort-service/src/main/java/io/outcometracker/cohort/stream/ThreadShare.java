package io.outcometracker.cohort.stream;

/** How many tasks publish on the thread that asks: Kafka Streams moves them between threads, and opens and closes each on its own. */
final class ThreadShare {
    private final ThreadLocal<Integer> tasks = ThreadLocal.withInitial(() -> 0);

    void join() {
        tasks.set(tasks.get() + 1);
    }

    void leave() {
        tasks.set(tasks.get() - 1);
    }

    int tasks() {
        return tasks.get();
    }
}

package io.outcometracker.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Cores that work for one process each. This process, and whatever it starts without saying where, is held to the first
 * until it is closed.
 */
public final class Cores implements AutoCloseable {
    private static final int FIRST = 0;
    /** Of a core in /proc/stat: a hundredth of a second. */
    private static final Duration TICK = Duration.ofMillis(10);

    private static final int IDLE = 4;
    private static final int WAITING = 5;

    private final int count;

    private Cores(int count) {
        this.count = count;
    }

    public static Cores hold() {
        Cores cores = new Cores(Runtime.getRuntime().availableProcessors());
        bind(String.valueOf(FIRST));
        return cores;
    }

    static List<String> launcher(int core) {
        return List.of("taskset", "--cpu-list", String.valueOf(core));
    }

    private static void bind(String cores) {
        try {
            Process taskset = new ProcessBuilder(
                            "taskset",
                            "--all-tasks",
                            "--pid",
                            "--cpu-list",
                            cores,
                            String.valueOf(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (taskset.waitFor() != 0) {
                throw new IllegalStateException("taskset failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("taskset must be installed (Debian package util-linux)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How long the first core has worked, for whomever, as Linux tells it. */
    public static Duration firstUsed() {
        try {
            String[] ticks = Files.readAllLines(Path.of("/proc/stat")).stream()
                    .filter(it -> it.startsWith("cpu" + FIRST + " "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ");
            long used = 0;
            // What guests use is in what users do.
            for (int i = 1; i <= 8; i++) {
                if (i != IDLE && i != WAITING) {
                    used += Long.parseLong(ticks[i]);
                }
            }
            return TICK.multipliedBy(used);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        bind(FIRST + "-" + (count - 1));
    }
}

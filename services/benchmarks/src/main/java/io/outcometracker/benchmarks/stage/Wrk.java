package io.outcometracker.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load tool wrk, in a process of its own. Each connection sends its next request when it has the answer to the last. */
public final class Wrk {
    private static final Pattern DONE = Pattern.compile("RESULT (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");
    /** Printed by each script at the end; wrk's own output is for people. */
    private static final String REPORT = """

            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
            end
            """;

    private Wrk() {}

    /**
     * @param refused answers other than 2xx and 3xx
     * @param failed requests without an answer
     */
    public record Result(long requests, Duration time, Duration p50, Duration p99, long refused, long failed) {
        public double perSecond() {
            return requests * 1e9 / time.toNanos();
        }
    }

    /** @param script Lua that makes the requests */
    public static Result run(URI address, String script, int connections, Duration time, Path directory) {
        try {
            Path file = Files.writeString(Files.createDirectories(directory).resolve("load.lua"), script + REPORT);
            Process process = new ProcessBuilder(List.of(
                            "wrk",
                            "--threads",
                            String.valueOf(Math.min(2, connections)),
                            "--connections",
                            String.valueOf(connections),
                            "--duration",
                            time.toSeconds() + "s",
                            "--timeout",
                            "30s",
                            "--latency",
                            "--script",
                            file.toString(),
                            address.toString()))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher done = DONE.matcher(output);
            if (process.waitFor() != 0 || !done.find()) {
                throw new IllegalStateException("wrk failed: " + output);
            }
            return new Result(
                    Long.parseLong(done.group(1)),
                    micros(done.group(2)),
                    micros(done.group(3)),
                    micros(done.group(4)),
                    Long.parseLong(done.group(5)),
                    Long.parseLong(done.group(6)));
        } catch (IOException e) {
            throw new UncheckedIOException("wrk must be installed (Debian package wrk)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Duration micros(String number) {
        return Duration.ofNanos(Long.parseLong(number) * 1000);
    }
}

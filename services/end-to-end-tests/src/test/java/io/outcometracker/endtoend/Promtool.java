package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.testkit.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own tool to check what is meant for it (Debian: {@code apt-get install prometheus}). */
final class Promtool {
    private Promtool() {}

    /** Skips the test where there is none. */
    static void require() {
        assumeTrue(Command.areOnPath("promtool"), "needs promtool on the path");
    }

    /** Returns what it says, after it has ended well. */
    static String run(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}

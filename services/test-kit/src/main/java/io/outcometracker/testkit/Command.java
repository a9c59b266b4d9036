package io.outcometracker.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;
import java.util.stream.Stream;

/** Programs that some tests need, and that not every machine has. */
public final class Command {
    private Command() {}

    /** Whether there are all of them on the path. */
    public static boolean areOnPath(String... programs) {
        return Arrays.stream(programs).allMatch(it -> onPath(it).findAny().isPresent());
    }

    /** Where the program is, which must be on the path. */
    public static File find(String program) {
        return onPath(program).findFirst().orElseThrow();
    }

    private static Stream<File> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(it -> new File(it, program))
                .filter(File::canExecute);
    }

    /** Whether it ends well; what it says is of no matter. */
    public static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

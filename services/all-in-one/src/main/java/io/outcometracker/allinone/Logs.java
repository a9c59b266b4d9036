package io.outcometracker.allinone;

import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where the log goes: to a file, as the terminal is for what people want to read. */
final class Logs {
    private Logs() {}

    /** Must come before the first logger: Logback reads its file's name once. */
    static void toFile(String[] args) {
        int data = Arrays.asList(args).indexOf("--data");
        Path directory = Path.of(data >= 0 && data + 1 < args.length ? args[data + 1] : "data");
        System.setProperty("outcomes.log.file", file(directory).toString());
        // Each service would otherwise set up logging anew for all.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    static Path file(Path data) {
        return data.toAbsolutePath().normalize().resolve("outcome-tracker.log");
    }
}

package io.outcometracker.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;

/** A page of results: on which machine, by which command, and a table of what came out beside what it is held to. */
public final class Results {
    private final String name;
    private final double loadBefore = load();
    private final List<String> lines = new ArrayList<>();

    /** @param name what {@code -Dbench} selects */
    public Results(String name) {
        this.name = name;
    }

    /** One paragraph or table row as it is, in Markdown. */
    public void line(String line) {
        System.out.println(line);
        lines.add(line);
    }

    /** Begins a table. */
    public void header(String... columns) {
        line("");
        line("| " + String.join(" | ", columns) + " |");
        line("|---" + "|---:".repeat(columns.length - 1) + "|");
    }

    public void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    /** Whether a ratio keeps its target, for a cell of its own. */
    public static String verdict(boolean met) {
        return met ? "met" : "**not met**";
    }

    /** Writes {@code results/<name>.md}. */
    public void write() {
        String head = """
                # %s

                `mvn -Pbench verify -Dbench=%s`, %s

                - Machine: %d cores, %s; load before %s, after %s. Broker, services and load share it.
                - Benchmarks on Java %s, services on %s; Kafka %s

                """.formatted(
                        name,
                        name,
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.arch"),
                        Spread.rounded(loadBefore),
                        Spread.rounded(load()),
                        Runtime.version().feature(),
                        JavaProcess.version(),
                        AppInfoParser.getVersion());
        try {
            Files.writeString(
                    Files.createDirectories(Path.of("results")).resolve(name + ".md"),
                    head + String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes that were running or waiting to, on average over the last minute; negative where it is not known. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}

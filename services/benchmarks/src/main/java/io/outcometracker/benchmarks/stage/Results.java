package io.outcometracker.benchmarks.stage;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;

/** A page of results: on which machine, by which command, and tables of what came out beside what it is held to. */
public final class Results {
    private final String name;
    private final double loadBefore = load();
    private final List<String> lines = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();

    private record Target(String what, double figure, Bound bound) {
        boolean isMet() {
            return bound.isMet(figure);
        }

        String verdict() {
            return isMet() ? "met" : "**not met**";
        }
    }

    /** @param name what {@code -Dbench} selects, or the whole suite */
    public Results(String name) {
        this.name = name;
    }

    /** One paragraph or table row as it is, in Markdown. */
    public void line(String line) {
        System.out.println(line);
        lines.add(line);
    }

    /** @param decisions files that say what was tried where a target is missed, and what is left */
    public void tried(String... decisions) {
        line("");
        line("What was tried where a target is missed: "
                + Arrays.stream(decisions)
                        .map(it -> "[%s](../../decisions/%s)".formatted(it.substring(0, 4), it))
                        .collect(Collectors.joining(", "))
                + ".");
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

    /**
     * Whether a target is met, for a cell of its own; the summary of the suite says it too.
     *
     * @param bound absent where nothing is promised
     */
    public String verdict(String what, double figure, @Nullable Bound bound) {
        if (bound == null) {
            return "";
        }
        Target target = new Target(what, figure, bound);
        targets.add(target);
        return target.verdict();
    }

    /** A table of all targets of these. */
    public void summarize(List<Results> parts) {
        List<Target> all = parts.stream().flatMap(it -> it.targets.stream()).toList();
        line("%d of %d targets are met."
                .formatted(all.stream().filter(Target::isMet).count(), all.size()));
        header("Part", "", "Measured", "Target", "");
        parts.forEach(part -> part.targets.forEach(
                it -> row(part.name, it.what, Spread.rounded(it.figure), it.bound.toString(), it.verdict())));
    }

    /** Writes {@code results/<name>.md}, unless there are none. */
    public void write() {
        if (lines.isEmpty()) {
            return;
        }
        String head = """
                # %s

                `mvn -Pbench verify -Dbench=%s%s`, %s

                - Machine: %d cores, %s; load before %s, after %s. Broker, services and load share it.
                - Benchmarks on Java %s, services on %s; Kafka %s

                """.formatted(
                        name,
                        name,
                        settings(),
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

    /** Those of the suite that Maven was given, each after a space; what it was not given is as the README says. */
    private static String settings() {
        return Arrays.stream(requireNonNullElse(System.getenv("MAVEN_CMD_LINE_ARGS"), "")
                        .split(" "))
                .filter(it -> it.startsWith("-Dbench."))
                .map(it -> " " + it)
                .collect(Collectors.joining());
    }

    /** Processes that were running or waiting to, on average over the last minute; negative where it is not known. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}

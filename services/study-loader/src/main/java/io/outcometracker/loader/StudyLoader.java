package io.outcometracker.loader;

import io.outcometracker.loader.simulation.SimulatedStudy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** The command line. Exit codes: 0 everything is as it should be, 1 it is not, 2 wrong usage. */
@Command(
        name = "study-loader",
        description = "Posts a study folder to the Outcome Tracker and checks what it publishes; simulates studies.",
        subcommands = {StudyLoader.Load.class, StudyLoader.Simulate.class})
public final class StudyLoader {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "shows this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private StudyLoader() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new StudyLoader());
    }

    @Command(name = "load", description = "Posts a study folder, then recomputes and compares every published figure.")
    static final class Load implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "the study folder")
        private Path folder = Path.of("");

        @Option(
                names = "--ingest",
                paramLabel = "URL",
                defaultValue = "http://localhost:8081",
                description = "the ingest-service (default: ${DEFAULT-VALUE})")
        private URI ingest = URI.create("");

        @Option(
                names = "--metrics",
                paramLabel = "URL",
                defaultValue = "http://localhost:8083",
                description = "the metrics-service (default: ${DEFAULT-VALUE})")
        private URI metrics = URI.create("");

        @Option(
                names = "--tokens",
                paramLabel = "DIR",
                description = "a folder with a token in each of the files site, randomisation, trial-manager and"
                        + " statistician (default: no tokens)")
        private @Nullable Path tokens;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "300",
                description = "how long services may be unreachable or undecided (default: ${DEFAULT-VALUE})")
        private long timeout;

        @Override
        public Integer call() {
            try {
                Tokens shown = tokens == null ? Tokens.NONE : Tokens.in(tokens);
                return StudyLoad.run(folder, ingest, metrics, shown, System.out, Duration.ofSeconds(timeout))
                                .ok()
                        ? 0
                        : 1;
            } catch (LoadFailure failure) {
                System.out.println("NOT OK: " + failure.getMessage());
                return 1;
            }
        }
    }

    @Command(
            name = "simulate",
            description = "Writes a study folder of invented participants; the same seed gives the same bytes.")
    static final class Simulate implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "STUDY", description = "${COMPLETION-CANDIDATES}")
        private SimulatedStudy study = SimulatedStudy.CHRONIC_PAIN;

        @Parameters(index = "1", paramLabel = "DIR", description = "where to write it")
        private Path folder = Path.of("");

        @Option(names = "--seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
        private long seed;

        @Override
        public Integer call() throws IOException {
            study.writeTo(folder, seed);
            System.out.println("simulated " + study + ", seed " + seed);
            return 0;
        }
    }
}

package io.outcometracker.allinone;

import io.outcometracker.cohort.verify.Verification;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.loader.StudyLoad;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the whole product in one process. */
@Command(
        name = "all-in-one",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a Kafka broker and the three services in one process, on 127.0.0.1, until Ctrl-C.")
public final class AllInOne implements Callable<Integer> {
    /** How long a figure may lag behind the log. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Keeps all records and state; made if need be. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    @Option(
            names = "--kafka-port",
            defaultValue = "9092",
            description = "Default: ${DEFAULT-VALUE}; 0: any that is free.")
    private int kafkaPort;

    @Option(names = "--ingest-port", defaultValue = "8081", description = "Default: ${DEFAULT-VALUE}.")
    private int ingestPort;

    @Option(names = "--cohort-port", defaultValue = "8082", description = "Default: ${DEFAULT-VALUE}.")
    private int cohortPort;

    @Option(names = "--metrics-port", defaultValue = "8083", description = "Default: ${DEFAULT-VALUE}.")
    private int metricsPort;

    @Option(
            names = "--unblinded-port",
            description = "Starts a second metrics-service, for those who may know the arms of masked trials.")
    private @Nullable Integer unblindedPort;

    @Option(
            names = "--study",
            paramLabel = "DIR",
            split = ",",
            description = "Loads study folders, as their sites would, checks every figure, and verifies the log.")
    private List<Path> studies = List.of();

    @Option(
            names = "--exit",
            arity = "1",
            defaultValue = "false",
            description = "With --study: ends when all are loaded, with 0 if all is right and 1 if not.")
    private boolean exit;

    @Option(names = "--with-parent", description = "Ends when the process that started this one ends.")
    private boolean withParent;

    private final PrintStream out = System.out;

    public static void main(String[] args) {
        Logs.toFile(args);
        System.exit(new CommandLine(new AllInOne()).execute(args));
    }

    @Override
    public Integer call() {
        if (withParent) {
            ProcessHandle.current().parent().ifPresent(AllInOne::endWith);
        }
        out.println("Outcome Tracker starts: a Kafka broker and three services, on 127.0.0.1, data in "
                + data.toAbsolutePath().normalize());
        try {
            OutcomeTracker tracker = OutcomeTracker.start(
                    data, new Ports(kafkaPort, ingestPort, cohortPort, metricsPort, unblindedPort));
            Thread stop = new Thread(tracker::close, "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            boolean ok = studies.isEmpty() || load(tracker);
            tellAddresses(tracker);
            if (!exit) {
                out.println("Ctrl-C stops it; what was accepted is kept.");
                tracker.awaitEnd();
            }
            return ok ? 0 : 1;
        } catch (IllegalStateException e) {
            out.println("Outcome Tracker cannot run: " + e.getMessage());
            out.println("More is in " + Logs.file(data));
            return 1;
        }
    }

    private boolean load(OutcomeTracker tracker) {
        boolean ok = true;
        for (Path study : studies) {
            ok &= StudyLoad.run(study, tracker.ingest(), tracker.metrics(), tracker.tokens(), out)
                    .ok();
        }
        out.println();
        Verification.Report verified = Verification.run(
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, tracker.bootstrapServers()), PATIENCE, out);
        return ok && verified.differences().isEmpty();
    }

    /** A parent that was killed cannot end its child. At once, so that whoever starts again finds the ports free. */
    private static void endWith(ProcessHandle parent) {
        Thread watch = new Thread(
                () -> {
                    parent.onExit().join();
                    Runtime.getRuntime().halt(1);
                },
                "watch-parent");
        watch.setDaemon(true);
        watch.start();
    }

    private void tellAddresses(OutcomeTracker tracker) {
        out.println();
        out.println("  Page           " + tracker.metrics() + "/");
        tracker.unblinded().ifPresent(it -> out.println("  Unblinded      " + it + "/"));
        out.println("  Metrics        " + tracker.metrics() + "/api/v1/trials");
        out.println("  Prometheus     " + tracker.metrics() + "/actuator/prometheus");
        out.println("  Cohorts        " + tracker.cohort() + "/actuator/prometheus");
        out.println("  Post records   " + tracker.ingest() + "/api/v1/trials/{trial}/follow-ups");
        out.println("  Kafka          " + tracker.bootstrapServers());
        out.println("  Log            " + Logs.file(data));
        out.println();
        out.println(
                "Posting needs a token. These are for all trials and sites and for a day; a shell takes them as they are:");
        for (Role role : Role.values()) {
            out.println("export " + role + '=' + tracker.token(role));
        }
        out.println();
    }
}

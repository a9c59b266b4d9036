package io.outcometracker.ingest.setup;

import io.outcometracker.contract.AccessSetup;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code kafka-setup} on the command line: has topics, users and rules be those of the catalogue. */
@Command(
        name = KafkaSetupCommand.NAME,
        sortOptions = false,
        description =
                "Creates the topics that are missing, gives each principal of whom there is a file the password in it, and"
                        + " makes their rights those of the catalogue. May be run again at any time. Settings of the"
                        + " service are taken as --spring.kafka.bootstrap-servers=..., or from the environment.")
public final class KafkaSetupCommand implements Callable<Integer> {
    public static final String NAME = "kafka-setup";

    private static final int FAILED = 2;
    /** More than a service has: others wait for this, and a broker that has just started is slow. */
    private static final int PATIENCE_MILLIS = 120_000;

    @EnableConfigurationProperties(KafkaProperties.class)
    static class Settings {}

    @Option(
            names = "--credentials",
            required = true,
            paramLabel = "FOLDER",
            description = "Where <principal>.properties are, or in folders there. Who has none has no user.")
    @SuppressWarnings("NullAway.Init")
    private Path credentials;

    @Unmatched
    private List<String> settings = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final PrintStream out;

    private KafkaSetupCommand(PrintStream out) {
        this.out = out;
    }

    /** @return exit code: 0 if all is as it should be, 2 if not */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        return new CommandLine(new KafkaSetupCommand(out))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("not set up: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        settings.stream()
                .filter(it -> !it.startsWith("--") || !it.contains("."))
                .findFirst()
                .ifPresent(it -> {
                    throw new ParameterException(spec.commandLine(), "Unknown option: " + it);
                });
        Map<String, String> passwords = CredentialFiles.read(credentials);
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Settings.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.config.name=ingest-service",
                        "spring.main.banner-mode=off",
                        "spring.main.log-startup-info=false",
                        "logging.level.root=warn")
                .run(settings.toArray(String[]::new))) {
            Map<String, Object> admin = context.getBean(KafkaProperties.class).buildAdminProperties();
            admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
            TopicSetup.ensure(admin, Topics.all());
            out.println(Topics.all().size() + " topics");
            print(AccessSetup.ensure(admin, passwords));
            return 0;
        }
    }

    private void print(AccessSetup.Report report) {
        out.printf("%d rules: %d added, %d removed%n", report.rules(), report.addedRules(), report.removedRules());
        out.println(
                "users: " + String.join(", ", report.users().stream().sorted().toList()));
        report.removedUsers().stream().sorted().forEach(it -> out.println("removed, as there is no file: " + it));
        report.others().stream()
                .sorted()
                .forEach(it -> out.println("left alone, as it is not in the catalogue: " + it));
    }
}

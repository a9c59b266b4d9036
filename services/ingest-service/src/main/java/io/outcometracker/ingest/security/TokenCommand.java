package io.outcometracker.ingest.security;

import io.outcometracker.contract.Code;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code token} on the command line: prints a token of the local issuer, by the service's settings. */
@Command(
        name = TokenCommand.NAME,
        sortOptions = false,
        description =
                "Prints a token of the local issuer, whose key is made if it is not there. Settings of the service"
                        + " are taken as --outcomes.ingest.tokens.key-file=FILE, or from the environment.")
public final class TokenCommand implements Callable<Integer> {
    public static final String NAME = "token";

    private static final int FAILED = 2;
    private static final String ALL = "*";

    @EnableConfigurationProperties(TokenProperties.class)
    static class Settings {}

    @Option(
            names = "--role",
            required = true,
            split = ",",
            description = "site, randomisation, trial-manager, statistician, auditor or monitoring; several are"
                    + " separated by commas.")
    private List<String> roles = List.of();

    @Option(names = "--trial", split = ",", description = "Codes of trials; * for all. Default: none.")
    private Set<String> trials = Set.of();

    @Option(names = "--site", split = ",", description = "Codes of sites; * for all. Default: none.")
    private Set<String> sites = Set.of();

    @Option(names = "--subject", description = "Who has the token, as the audit names them. Default: roles@sites.")
    private String subject = "";

    @Option(names = "--hours", defaultValue = "24", description = "How long it is in force. Default: ${DEFAULT-VALUE}.")
    private int hours;

    @Unmatched
    private List<String> settings = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final PrintStream out;

    private TokenCommand(PrintStream out) {
        this.out = out;
    }

    /** @return exit code: 0 if a token was printed, 2 if not */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        return new CommandLine(new TokenCommand(out))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("no token: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() {
        settings.stream()
                .filter(it -> !it.startsWith("--") || !it.contains("."))
                .findFirst()
                .ifPresent(it -> {
                    throw new ParameterException(spec.commandLine(), "Unknown option: " + it);
                });
        Caller caller = caller();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Settings.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.config.name=ingest-service",
                        "spring.main.banner-mode=off",
                        "spring.main.log-startup-info=false",
                        // What is printed is the token alone.
                        "logging.level.root=off")
                .run(settings.toArray(String[]::new))) {
            LocalIssuer issuer =
                    LocalIssuer.of(context.getBean(TokenProperties.class).keyFile(), Clock.systemUTC());
            out.println(issuer.token(caller, Duration.ofHours(hours)));
            return 0;
        }
    }

    private Caller caller() {
        Set<Role> held = EnumSet.noneOf(Role.class);
        for (String role : roles) {
            held.add(Role.of(role).orElseThrow(() -> wrong("--role: there is no role " + role)));
        }
        if (hours < 1) {
            throw wrong("--hours must be 1 or more");
        }
        for (Set<String> codes : List.of(trials, sites)) {
            codes.stream()
                    .filter(it -> !it.equals(ALL) && !Code.isValid(it))
                    .findFirst()
                    .ifPresent(it -> {
                        throw wrong("a code must be " + Code.RULE + ", or * for all");
                    });
        }
        return new Caller(subject.isBlank() ? unnamed() : subject, held, trials, sites);
    }

    /** Tells the sites apart, at least. */
    private String unnamed() {
        String role = String.join(",", roles);
        return sites.isEmpty() ? role : role + '@' + String.join(",", sites);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

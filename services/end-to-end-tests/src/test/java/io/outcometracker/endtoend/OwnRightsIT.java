package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.cohort.CohortApplication;
import io.outcometracker.cohort.verify.VerifyCommand;
import io.outcometracker.contract.Services;
import io.outcometracker.ingest.IngestApplication;
import io.outcometracker.ingest.audit.AuditCommand;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.ingest.security.LocalIssuer;
import io.outcometracker.loader.Tokens;
import io.outcometracker.metrics.MetricsApplication;
import io.outcometracker.testkit.TestKafka;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The services have all the rights that they need. */
class OwnRightsIT {
    @TempDir
    private Path folder;

    @Test
    void servicesWorkWithTheirOwnRightsAndNothingMore() throws Exception {
        try (SecuredBroker broker = SecuredBroker.start(folder.resolve("kafka"));
                ConfigurableApplicationContext ingest = run(broker, Services.INGEST, IngestApplication.application());
                ConfigurableApplicationContext cohort = run(broker, Services.COHORT, CohortApplication.application());
                ConfigurableApplicationContext metrics =
                        run(broker, Services.METRICS, MetricsApplication.application())) {
            assertThat(cohort.isActive()).isTrue();
            Client client = new Client(address(ingest), address(metrics), tokens());
            for (String suite : List.of("amended", "adverse-events", "unblinding", "erasure", "completeness")) {
                Suite.read(suite).run(client, TestKafka.unique(suite));
            }

            assertThat(printed(broker, Services.COHORT, VerifyCommand::run, List.of()))
                    .contains(" 0 differences");
            assertThat(printed(broker, Services.INGEST, AuditCommand::run, List.of("verify")))
                    .contains(" 0 findings");
            for (String audience : List.of("unblinded", "public")) {
                try (ConfigurableApplicationContext other = run(
                        broker,
                        Services.METRICS + '-' + audience,
                        MetricsApplication.application(),
                        "outcomes.metrics.audience=" + audience)) {
                    Client reader = new Client(address(ingest), address(other), tokens());
                    await().untilAsserted(() -> assertThat(
                                    reader.get("actuator/health/readiness").status())
                            .isEqualTo(200));
                }
            }
        }
    }

    private ConfigurableApplicationContext run(
            SecuredBroker broker, String principal, SpringApplicationBuilder service, String... more) {
        List<String> arguments = new ArrayList<>(settings(broker, principal));
        arguments.add("--server.port=0");
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--spring.kafka.streams.state-dir=" + folder.resolve(principal));
        arguments.add("--outcomes.ingest.tokens.key-file=" + keyFile());
        Stream.of(more).forEach(it -> arguments.add("--" + it));
        return service.registerShutdownHook(false).run(arguments.toArray(String[]::new));
    }

    private static List<String> settings(SecuredBroker broker, String principal) {
        return List.of(
                "--spring.kafka.bootstrap-servers=" + broker.address("CLIENT"),
                "--spring.config.import=file:" + broker.credentials(principal).toAbsolutePath());
    }

    private interface Command {
        int run(String[] arguments, PrintStream out, PrintStream err);
    }

    private static String printed(SecuredBroker broker, String principal, Command command, List<String> arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            command.run(
                    Stream.concat(arguments.stream(), settings(broker, principal).stream())
                            .toArray(String[]::new),
                    out,
                    out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static URI address(ConfigurableApplicationContext service) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + '/');
    }

    private Path keyFile() {
        return folder.resolve("token-key.json");
    }

    private Tokens tokens() {
        return new Tokens(Stream.of(Role.SITE, Role.RANDOMISATION, Role.TRIAL_MANAGER, Role.STATISTICIAN)
                .collect(Collectors.toMap(Role::claim, this::token)));
    }

    private String token(Role role) {
        return LocalIssuer.of(keyFile(), Clock.systemUTC())
                .token(new Caller(role.claim(), Set.of(role), Set.of("*"), Set.of("*")), Duration.ofDays(1));
    }
}

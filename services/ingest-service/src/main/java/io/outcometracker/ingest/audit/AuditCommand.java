package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditEntry.Head;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code audit verify} on the command line: the service's settings, no service. */
@EnableConfigurationProperties({KafkaProperties.class, AuditCommand.Settings.class})
public final class AuditCommand {
    public static final String NAME = "audit";

    private static final String USAGE = "usage: audit verify [--heads <file>] [--<setting>=<value> ...]";
    private static final int AGREES = 0;
    private static final int DIFFERS = 1;
    private static final int FAILED = 2;

    /** @param patience for how long a record may be without its entry, and the other way round, before it is named */
    @ConfigurationProperties("outcomes.ingest.verify")
    record Settings(@DefaultValue("30s") Duration patience) {}

    private AuditCommand() {}

    /**
     * @param arguments {@code verify}, and settings of the service as {@code --spring.kafka.bootstrap-servers=...}
     * @return exit code: 0 if nothing was changed, 1 if something was, 2 if that could not be told
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        int heads = rest.indexOf("--heads");
        if (rest.isEmpty() || !rest.remove(0).equals("verify") || heads == rest.size()) {
            err.println(USAGE);
            return FAILED;
        }
        Path file = null;
        if (heads > 0) {
            file = Path.of(rest.remove(heads));
            rest.remove(heads - 1);
        }
        try (ConfigurableApplicationContext settings = settings().run(rest.toArray(String[]::new))) {
            return verify(
                    settings.getBean(KafkaProperties.class).buildConsumerProperties(),
                    settings.getBean(Settings.class).patience(),
                    file,
                    out);
        } catch (IOException | RuntimeException e) {
            err.println("could not verify: " + e.getMessage());
            return FAILED;
        }
    }

    private static int verify(
            Map<String, Object> kafkaSettings, Duration patience, @Nullable Path file, PrintStream out)
            throws IOException {
        Map<Chain, Head> remembered = file == null ? Map.of() : RememberedHeads.read(file);
        AuditVerification.Report report = AuditVerification.run(kafkaSettings, remembered, patience);
        report.findings().forEach(out::println);
        out.printf(
                "%d entries in %d chains, %d records, %d findings%n",
                report.entries(),
                report.heads().size(),
                report.records(),
                report.findings().size());
        if (!report.findings().isEmpty()) {
            return DIFFERS;
        }
        if (file != null) {
            RememberedHeads.write(file, report.heads());
        }
        return AGREES;
    }

    private static SpringApplicationBuilder settings() {
        return new SpringApplicationBuilder(AuditCommand.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.config.name=ingest-service",
                        "spring.main.banner-mode=off",
                        "spring.main.log-startup-info=false",
                        "logging.level.root=warn");
    }
}

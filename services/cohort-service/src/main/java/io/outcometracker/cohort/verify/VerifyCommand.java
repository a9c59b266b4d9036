package io.outcometracker.cohort.verify;

import java.io.PrintStream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code verify} on the command line: the service's settings, no service. */
@EnableConfigurationProperties({KafkaProperties.class, VerifyProperties.class})
public final class VerifyCommand {
    public static final String NAME = "verify";

    private static final int AGREES = 0;
    private static final int DIFFERS = 1;
    private static final int FAILED = 2;

    /**
     * @param arguments settings of the service, as {@code --spring.kafka.bootstrap-servers=...}
     * @return exit code: 0 if nothing differs, 1 if something does, 2 if that could not be told
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        try (ConfigurableApplicationContext settings = settings().run(arguments)) {
            Verification.Report report = Verification.run(
                    settings.getBean(KafkaProperties.class).buildConsumerProperties(),
                    settings.getBean(VerifyProperties.class).patience(),
                    out);
            return report.differences().isEmpty() ? AGREES : DIFFERS;
        } catch (RuntimeException e) {
            err.println("could not verify: " + e.getMessage());
            return FAILED;
        }
    }

    private static SpringApplicationBuilder settings() {
        return new SpringApplicationBuilder(VerifyCommand.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.config.name=cohort-service",
                        "spring.main.banner-mode=off",
                        "spring.main.log-startup-info=false",
                        "logging.level.root=warn");
    }
}

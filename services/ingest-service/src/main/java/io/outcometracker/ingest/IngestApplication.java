package io.outcometracker.ingest;

import io.outcometracker.ingest.audit.AuditCommand;
import io.outcometracker.ingest.security.TokenCommand;
import io.outcometracker.ingest.setup.KafkaSetupCommand;
import java.util.Arrays;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/**
 * Starts the ingest service, or with {@code token}, {@code audit} or {@code kafka-setup} as the first argument does what
 * these commands do.
 */
// Its page at /error is no problem+json; ProblemAnswers leaves it nothing to do.
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@EnableConfigurationProperties(IngestProperties.class)
public class IngestApplication {
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals(TokenCommand.NAME)) {
            System.exit(TokenCommand.run(Arrays.copyOfRange(args, 1, args.length), System.out, System.err));
        }
        if (args.length > 0 && args[0].equals(AuditCommand.NAME)) {
            System.exit(AuditCommand.run(Arrays.copyOfRange(args, 1, args.length), System.out, System.err));
        }
        if (args.length > 0 && args[0].equals(KafkaSetupCommand.NAME)) {
            System.exit(KafkaSetupCommand.run(Arrays.copyOfRange(args, 1, args.length), System.out, System.err));
        }
        application().listeners(new EndWhenBroken()).run(args);
    }

    /** The service, to be run by itself or beside others in one JVM. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(IngestApplication.class).properties("spring.config.name=ingest-service");
    }
}

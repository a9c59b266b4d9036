package io.outcometracker.cohort;

import io.outcometracker.cohort.verify.VerifyCommand;
import java.util.Arrays;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the cohort service, or with {@code verify} as the first argument checks what it has published. */
@SpringBootApplication
@EnableConfigurationProperties(CohortProperties.class)
public class CohortApplication {
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals(VerifyCommand.NAME)) {
            System.exit(VerifyCommand.run(Arrays.copyOfRange(args, 1, args.length), System.out, System.err));
        }
        application().listeners(new EndWhenBroken()).run(args);
    }

    /** The service, to be run by itself or beside others in one JVM. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(CohortApplication.class).properties("spring.config.name=cohort-service");
    }
}

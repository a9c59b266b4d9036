package io.outcometracker.cohort;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the cohort service. */
@SpringBootApplication
@EnableConfigurationProperties(CohortProperties.class)
public class CohortApplication {
    public static void main(String[] args) {
        application().run(args);
    }

    /** The service, to be run by itself or beside others in one JVM. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(CohortApplication.class).properties("spring.config.name=cohort-service");
    }
}

package io.outcometracker.ingest;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the ingest-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class IngestApplication {
    public static void main(String[] args) {
        run(args);
    }

    /** Starts it beside others in the same process: its settings are in a file of its own. */
    public static ConfigurableApplicationContext run(String... args) {
        return new SpringApplicationBuilder(IngestApplication.class)
                .properties("spring.config.name=ingest-service")
                .run(args);
    }
}

package io.outcometracker.metrics;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the metrics-service. */
@SpringBootApplication
@EnableConfigurationProperties(MetricsProperties.class)
public class MetricsApplication {
    public static void main(String[] args) {
        application().run(args);
    }

    /** The service, to be run by itself or beside others in one JVM. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(MetricsApplication.class).properties("spring.config.name=metrics-service");
    }
}

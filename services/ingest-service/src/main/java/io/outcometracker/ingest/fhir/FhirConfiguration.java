package io.outcometracker.ingest.fhir;

import ca.uhn.fhir.context.FhirContext;
import io.outcometracker.ingest.Intake;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what FHIR needs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FhirProperties.class)
public class FhirConfiguration {
    @Bean
    FhirJson fhirJson() {
        return new FhirJson(FhirContext.forR4());
    }

    @Bean
    FhirIntake fhirIntake(Intake intake, FhirJson json, FhirProperties names) {
        return new FhirIntake(intake, json, names);
    }
}

package io.outcometracker.ingest;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines what a stack trace would hide. */
final class KafkaNotReadyAnalyzer extends AbstractFailureAnalyzer<KafkaNotReady> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KafkaNotReady cause) {
        return new FailureAnalysis(
                "ingest-service cannot use Kafka: " + cause.getMessage(),
                "Start Kafka, or set OUTCOMES_KAFKA (spring.kafka.bootstrap-servers) to where it is.",
                cause);
    }
}

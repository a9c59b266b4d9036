package io.outcometracker.metrics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines what a stack trace would hide. */
final class OpenToOthersAnalyzer extends AbstractFailureAnalyzer<OpenToOthers> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OpenToOthers cause) {
        return new FailureAnalysis(
                "metrics-service would be open to everybody: " + cause.getMessage(),
                "Set spring.security.oauth2.resourceserver.jwt.issuer-uri, or set OUTCOMES_METRICS_ADDRESS (server.address)"
                        + " to 127.0.0.1. The numbers for the public can be opened: OUTCOMES_METRICS_OPEN=true.",
                cause);
    }
}

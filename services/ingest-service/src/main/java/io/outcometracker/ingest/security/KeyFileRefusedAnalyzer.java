package io.outcometracker.ingest.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines what a stack trace would hide. */
final class KeyFileRefusedAnalyzer extends AbstractFailureAnalyzer<KeyFileRefused> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KeyFileRefused cause) {
        return new FailureAnalysis(
                "ingest-service cannot issue tokens: " + cause.getMessage(),
                "Mend the file, or set OUTCOMES_INGEST_KEY_FILE (outcomes.ingest.tokens.key-file) to another,"
                        + " or spring.security.oauth2.resourceserver.jwt.issuer-uri to your identity provider.",
                cause);
    }
}

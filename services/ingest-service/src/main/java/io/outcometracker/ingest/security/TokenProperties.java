package io.outcometracker.ingest.security;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings about tokens.
 *
 * @param keyFile key of the local issuer, made when it is not there
 * @param rolesClaim claim of a token that lists the roles
 */
@ConfigurationProperties("outcomes.ingest.tokens")
record TokenProperties(
        @DefaultValue("data/ingest-service/token-key.json") Path keyFile,
        @DefaultValue("roles") String rolesClaim) {}

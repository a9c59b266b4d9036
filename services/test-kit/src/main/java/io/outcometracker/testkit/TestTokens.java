package io.outcometracker.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Tokens for tests, by a key of their own; a service that is given {@link #keyFile} takes them for its own. */
public final class TestTokens {
    public static final String ISSUER = "urn:outcometracker:local-issuer";
    public static final String AUDIENCE = "outcome-tracker";

    private static final Duration VALID = Duration.ofHours(1);

    private final ECKey key;
    private final Path keyFile;

    public TestTokens() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
            keyFile = Files.createTempFile(
                    "token-key-",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(keyFile, key.toJSONString());
            keyFile.toFile().deleteOnExit();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value for {@code outcomes.ingest.tokens.key-file}. */
    public Path keyFile() {
        return keyFile;
    }

    /** As an issuer serves them. */
    public String publicKeys() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    /** For every trial and site. */
    public String of(String role) {
        return of(role, "*", "*");
    }

    public String of(String role, String trial, String site) {
        return with(claims -> claims.claim("roles", List.of(role))
                .claim("trials", List.of(trial))
                .claim("sites", List.of(site)));
    }

    /** @param change what is to be other than in a token for an hour, without roles */
    public String with(UnaryOperator<JWTClaimsSet.Builder> change) {
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                change.apply(new JWTClaimsSet.Builder()
                                .issuer(ISSUER)
                                .audience(AUDIENCE)
                                .subject("test")
                                .jwtID(UUID.randomUUID().toString())
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plus(VALID))))
                        .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /** {@link #of} the role whose business the request to the ingest-service is; of both that send FHIR. */
    public String forRequest(String method, String path) {
        return path.contains("/fhir")
                ? with(claims -> claims.claim("roles", List.of("site", "randomisation"))
                        .claim("trials", List.of("*"))
                        .claim("sites", List.of("*")))
                : of(roleFor(method, path));
    }

    /** Whose business a request to the ingest-service is. */
    public static String roleFor(String method, String path) {
        if (path.startsWith("/actuator/")) {
            return "monitoring";
        }
        if (method.equals("POST") && path.endsWith("/enrolments")) {
            return "randomisation";
        }
        boolean results = path.contains("/follow-ups") || path.contains("/adverse-events") || path.contains("/fhir");
        return method.equals("POST") && results ? "site" : "trial-manager";
    }
}

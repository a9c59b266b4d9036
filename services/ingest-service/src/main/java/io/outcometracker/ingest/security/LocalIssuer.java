package io.outcometracker.ingest.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Issues tokens where there is no identity provider: for the demo and for small installations. */
public final class LocalIssuer {
    /** Claim {@code iss} of its tokens. */
    public static final String NAME = "urn:outcometracker:local-issuer";

    /** Claim {@code aud} of every token that is for this product. */
    public static final String AUDIENCE = "outcome-tracker";

    static final String TRIALS = "trials";
    static final String SITES = "sites";

    private final ECKey key;
    private final Clock clock;

    private LocalIssuer(ECKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /**
     * Takes the key from the file, and makes both if need be.
     *
     * @throws KeyFileRefused saying what is wrong with the file
     */
    public static LocalIssuer of(Path keyFile, Clock clock) {
        return new LocalIssuer(KeyFile.open(keyFile), clock);
    }

    /** A token by which the bearer is this caller, for so long. */
    public String token(Caller caller, Duration valid) {
        Instant now = clock.instant();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(NAME)
                        .audience(AUDIENCE)
                        .subject(caller.id())
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(valid)))
                        .claim(
                                "roles",
                                caller.roles().stream()
                                        .map(Role::claim)
                                        .sorted()
                                        .toList())
                        .claim(TRIALS, List.copyOf(caller.trials()))
                        .claim(SITES, List.copyOf(caller.sites()))
                        .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the key cannot sign", e);
        }
        return token.serialize();
    }

    /** By which its tokens are checked. */
    JWKSet publicKeys() {
        return new JWKSet(key.toPublicJWK());
    }
}

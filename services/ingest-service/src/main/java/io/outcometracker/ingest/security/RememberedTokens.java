package io.outcometracker.ingest.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Looks at a token once a minute, not once a request: who sends many records sends the same one with each, and to verify
 * its signature costs more than to check a record. What is no good is looked at each time.
 */
final class RememberedTokens implements JwtDecoder {
    /** As long may a token be good whose key was withdrawn. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int MOST = 1_000;

    private final JwtDecoder decoder;
    private final Cache<String, Jwt> good;

    /**
     * @param clock of which the tokens' ends are
     * @param ticker by which a minute is told
     */
    RememberedTokens(JwtDecoder decoder, Clock clock, Ticker ticker) {
        this.decoder = decoder;
        this.good = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(Expiry.<String, Jwt>creating((text, token) -> untilItsEnd(token, clock.instant())))
                .ticker(ticker)
                .build();
    }

    @Override
    public Jwt decode(String token) {
        return good.get(token, decoder::decode);
    }

    /** From its end on it is the decoder's matter how much clocks may differ. */
    private static Duration untilItsEnd(Jwt token, Instant now) {
        Instant end = token.getExpiresAt();
        if (end == null || !end.isAfter(now)) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, end);
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }
}

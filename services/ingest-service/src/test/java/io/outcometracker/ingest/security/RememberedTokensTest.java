package io.outcometracker.ingest.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

class RememberedTokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final List<String> lookedAt = new ArrayList<>();
    private long passed;
    private Instant end = NOW.plus(Duration.ofHours(1));
    private boolean good = true;
    private final RememberedTokens tokens =
            new RememberedTokens(this::decode, Clock.fixed(NOW, ZoneOffset.UTC), () -> passed);

    private Jwt decode(String token) {
        lookedAt.add(token);
        if (!good) {
            throw new BadJwtException("no good");
        }
        return Jwt.withTokenValue(token)
                .header("alg", "ES256")
                .subject("site@" + token)
                .expiresAt(end)
                .build();
    }

    private void pass(Duration time) {
        passed += time.toNanos();
    }

    @Test
    void looksAtTheSameTokenOnce() {
        assertThat(tokens.decode("a").getSubject()).isEqualTo("site@a");
        assertThat(tokens.decode("a").getSubject()).isEqualTo("site@a");
        assertThat(tokens.decode("b").getSubject()).isEqualTo("site@b");
        assertThat(lookedAt).containsExactly("a", "b");
    }

    @Test
    void looksAgainAfterAMinute() {
        tokens.decode("a");
        pass(RememberedTokens.LONGEST);
        good = false;
        assertThatThrownBy(() -> tokens.decode("a")).isInstanceOf(BadJwtException.class);
    }

    @Test
    void useDoesNotProlongIt() {
        tokens.decode("a");
        pass(RememberedTokens.LONGEST.minusSeconds(1));
        tokens.decode("a");
        pass(Duration.ofSeconds(1));
        tokens.decode("a");
        assertThat(lookedAt).containsExactly("a", "a");
    }

    @Test
    void looksAgainAtItsEnd() {
        end = NOW.plusSeconds(5);
        tokens.decode("a");
        pass(Duration.ofSeconds(5));
        tokens.decode("a");
        assertThat(lookedAt).containsExactly("a", "a");
    }

    /** Clocks may differ by as much as the decoder allows. */
    @Test
    void looksEachTimeAtOneThatIsPastItsEnd() {
        end = NOW.minusSeconds(5);
        tokens.decode("a");
        tokens.decode("a");
        assertThat(lookedAt).containsExactly("a", "a");
    }

    @Test
    void doesNotRememberWhatIsNoGood() {
        good = false;
        assertThatThrownBy(() -> tokens.decode("a")).isInstanceOf(BadJwtException.class);
        good = true;
        assertThat(tokens.decode("a").getSubject()).isEqualTo("site@a");
    }
}

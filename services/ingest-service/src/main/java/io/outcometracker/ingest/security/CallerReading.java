package io.outcometracker.ingest.security;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Reads from a token who asks. Claims that are absent or of another form grant nothing, nor do roles of other products.
 *
 * @param rolesClaim claim that lists the roles
 */
record CallerReading(String rolesClaim) implements Converter<Jwt, CallerToken> {
    @Override
    public CallerToken convert(Jwt token) {
        return new CallerToken(
                token,
                new Caller(
                        requireNonNull(token.getSubject()),
                        texts(token, rolesClaim)
                                .map(Role::of)
                                .flatMap(Optional::stream)
                                .collect(toUnmodifiableSet()),
                        codes(token, LocalIssuer.TRIALS),
                        codes(token, LocalIssuer.SITES)));
    }

    private static Set<String> codes(Jwt token, String claim) {
        return texts(token, claim).collect(toUnmodifiableSet());
    }

    private static Stream<String> texts(Jwt token, String claim) {
        return token.getClaims().get(claim) instanceof Collection<?> values
                ? values.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }
}

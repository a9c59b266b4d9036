package io.outcometracker.ingest.security;

import io.outcometracker.ingest.domain.Caller;
import java.util.List;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/** A token that was checked, and whom it names. */
final class CallerToken extends JwtAuthenticationToken {
    private final transient Caller caller;

    CallerToken(Jwt token, Caller caller) {
        super(token, List.of(), caller.id());
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }
}

package io.outcometracker.metrics;

import io.outcometracker.contract.TurnedAway;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Answers 401 and 403 in the form of every other refusal, with {@code WWW-Authenticate} (RFC 6750), and has it audited. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private final AuthenticationEntryPoint challenge = new BearerTokenAuthenticationEntryPoint();
    private final AccessDeniedHandler denial = new BearerTokenAccessDeniedHandler();
    private final HandlerExceptionResolver answers;
    private final TurnedAway audit;
    private final String rolesClaim;

    Refusals(HandlerExceptionResolver answers, TurnedAway audit, String rolesClaim) {
        this.answers = answers;
        this.audit = audit;
        this.rolesClaim = rolesClaim;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException, ServletException {
        audit.unauthenticated();
        challenge.commence(request, response, failure);
        answers.resolveException(request, response, null, failure);
    }

    /** Whether the token is good cannot be told at the moment. */
    void undecided(HttpServletRequest request, HttpServletResponse response, RuntimeException failure) {
        answers.resolveException(request, response, null, failure);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException, ServletException {
        audit.forbidden(Reader.actor(SecurityContextHolder.getContext().getAuthentication(), rolesClaim), null);
        denial.handle(request, response, denied);
        answers.resolveException(request, response, null, denied);
    }
}

package io.outcometracker.ingest.security;

import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.TurnedAway;
import io.outcometracker.contract.TurnedAway.Attempt;
import io.outcometracker.ingest.KnownTrials;
import io.outcometracker.ingest.domain.Caller;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Answers 401 and 403 in the form of every other refusal, with {@code WWW-Authenticate} (RFC 6750), and has it audited. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private static final RequestMatcher UNBLINDINGS =
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, "/api/v1/trials/{trial}/unblindings");

    private final AuthenticationEntryPoint challenge = new BearerTokenAuthenticationEntryPoint();
    private final AccessDeniedHandler denial = new BearerTokenAccessDeniedHandler();
    private final HandlerExceptionResolver answers;
    private final TurnedAway audit;
    private final KnownTrials trials;

    Refusals(HandlerExceptionResolver answers, TurnedAway audit, KnownTrials trials) {
        this.answers = answers;
        this.audit = audit;
        this.trials = trials;
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
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerToken token) {
            Caller caller = token.caller();
            audit.forbidden(new Actor(caller.id(), caller.roleClaims(), null, null), attempt(request));
        }
        denial.handle(request, response, denied);
        answers.resolveException(request, response, null, denied);
    }

    /** To unblind is what is looked for among all that was tried. */
    private @Nullable Attempt attempt(HttpServletRequest request) {
        String trial = UNBLINDINGS.matcher(request).getVariables().get("trial");
        return trial != null && trials.isKnown(trial)
                ? new Attempt(trial, Action.UNBLIND, ObjectType.UNBLINDING)
                : null;
    }
}

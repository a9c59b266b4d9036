package io.outcometracker.metrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every refusal as {@code application/problem+json} (RFC 9457). */
@RestControllerAdvice
class ProblemAnswers extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);

    /** Its message may quote the token. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unauthenticated(AuthenticationException failure) {
        return answer(ProblemType.UNAUTHENTICATED, "Send a token that is in force, as Authorization: Bearer <token>.");
    }

    /** Its message names the provider's address. */
    @ExceptionHandler({AuthenticationServiceException.class, JwtDecoderInitializationException.class})
    ResponseEntity<ProblemDetail> undecided(RuntimeException failure) {
        log.atWarn()
                .addKeyValue("error", failure.getClass().getSimpleName())
                .log("No keys of the identity provider, so no token can be checked");
        ProblemType type = ProblemType.ISSUER_UNAVAILABLE;
        return ResponseEntity.status(type.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .body(type.saying("No token can be checked without its keys; send the request again later."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> forbidden(AccessDeniedException failure) {
        return answer(ProblemType.FORBIDDEN, "Its roles, in the trials that it names, do not include this.");
    }

    /** An address that Spring Security takes for an attempt to get around its rules; its message quotes it. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> rejected(RequestRejectedException failure) {
        return answer(ProblemType.BAD_REQUEST, ProblemType.BAD_REQUEST.title());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(Exception failure) {
        log.error("Could not answer a request", failure);
        return answer(ProblemType.INTERNAL_ERROR, "The request may be sent again.");
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemType type, String detail) {
        return ResponseEntity.status(type.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(type.saying(detail));
    }

    /** What the framework refuses: its own detail may quote the request. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception ex, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (ex instanceof RequestRefused) {
            return super.handleExceptionInternal(ex, body, headers, status, request);
        }
        ProblemType type = ProblemType.of(status);
        String allowed = headers.getFirst(HttpHeaders.ALLOW);
        ProblemDetail problem = type.saying(allowed == null ? type.title() : "Allowed: " + allowed);
        return super.handleExceptionInternal(ex, problem, headers, status, request);
    }
}

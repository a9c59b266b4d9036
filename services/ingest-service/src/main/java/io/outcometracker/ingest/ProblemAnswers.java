package io.outcometracker.ingest;

import static java.util.stream.Collectors.joining;

import io.outcometracker.ingest.domain.Problem;
import java.io.IOException;
import java.util.List;
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
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every refusal as {@code application/problem+json} (RFC 9457). */
@RestControllerAdvice
class ProblemAnswers extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);

    static ProblemDetail problem(ProblemType type, String detail, List<Problem> errors) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(type.status(), detail);
        problem.setType(type.uri());
        problem.setTitle(type.title());
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return problem;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(RequestRefused refusal) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(refusal.type().status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        Long pause = refusal.retryAfterSeconds();
        if (pause != null) {
            answer.header(HttpHeaders.RETRY_AFTER, pause.toString());
        }
        return answer.body(problem(refusal.type(), refusal.detail(), refusal.errors()));
    }

    /** Its message may quote the token. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unauthenticated(AuthenticationException failure) {
        return refused(new RequestRefused(
                ProblemType.UNAUTHENTICATED, "send a token that is in force, as Authorization: Bearer <token>"));
    }

    /** Its message names the provider's address. */
    @ExceptionHandler({AuthenticationServiceException.class, JwtDecoderInitializationException.class})
    ResponseEntity<ProblemDetail> undecided(RuntimeException failure) {
        log.atWarn()
                .addKeyValue("error", failure.getClass().getSimpleName())
                .log("no keys of the identity provider, so no token can be checked");
        return refused(new RequestRefused(
                ProblemType.ISSUER_UNAVAILABLE,
                "no token can be checked without its keys; send the request again later"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> forbidden(AccessDeniedException failure) {
        return refused(new RequestRefused(
                ProblemType.FORBIDDEN, "its roles, in the trials that it names, do not include this"));
    }

    /** The client went away in the middle, and will hardly read this. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> brokenOff(IOException failure) {
        return refused(new RequestRefused(ProblemType.BAD_REQUEST, "the body ended before its end"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> failed(Exception failure) {
        // Without its messages: they may quote what was posted.
        Throwable bare = new Throwable(failure.getClass().getName());
        bare.setStackTrace(failure.getStackTrace());
        log.atError().setCause(bare).log("request failed");
        ProblemType type = ProblemType.INTERNAL_ERROR;
        return ResponseEntity.status(type.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem(type, "the request may be sent again", List.of()));
    }

    /** What the framework refuses: its own detail may quote the request. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception ex, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemType type = ProblemType.of(status);
        return super.handleExceptionInternal(
                ex, problem(type, detail(type, headers), List.of()), headers, type.status(), request);
    }

    private static String detail(ProblemType type, HttpHeaders headers) {
        return switch (type) {
            case METHOD_NOT_ALLOWED -> "allowed: " + headers.getFirst(HttpHeaders.ALLOW);
            case UNSUPPORTED_MEDIA_TYPE ->
                "set Content-Type to one of: "
                        + headers.getAccept().stream()
                                .map(MediaType::toString)
                                .sorted()
                                .collect(joining(", "));
            default -> type.title();
        };
    }
}

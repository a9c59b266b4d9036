package io.outcometracker.ingest;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** Why a whole request was refused; the stable {@code type} of an answer. */
public enum ProblemType {
    MALFORMED_BODY(HttpStatus.BAD_REQUEST, "The body cannot be read"),
    EMPTY_BODY(HttpStatus.BAD_REQUEST, "The body is empty"),
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "A valid token is needed"),
    FORBIDDEN(HttpStatus.FORBIDDEN, "The token does not allow this"),
    UNKNOWN_TRIAL(HttpStatus.NOT_FOUND, "There is no such trial"),
    UNKNOWN_RECORD(HttpStatus.NOT_FOUND, "No decision on such a record is known"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing at this address"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The address does not take this method"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "The answer has none of the accepted media types"),
    VERSION_REUSED(HttpStatus.CONFLICT, "The version is there already with another plan"),
    STALE(HttpStatus.CONFLICT, "A later version is held"),
    ALREADY_UNBLINDED(HttpStatus.CONFLICT, "The unblinding was reported before, and differently"),
    RECORDS_CONTRADICTED(HttpStatus.CONFLICT, "Each record contradicts one that is held"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large"),
    TOO_MANY_RECORDS(HttpStatus.CONTENT_TOO_LARGE, "The body has too many records"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body's media type is not supported"),
    RECORDS_REFUSED(HttpStatus.UNPROCESSABLE_CONTENT, "No record was accepted"),
    PROTOCOL_REFUSED(HttpStatus.UNPROCESSABLE_CONTENT, "The protocol was not accepted"),
    UNBLINDING_REFUSED(HttpStatus.UNPROCESSABLE_CONTENT, "The unblinding was not accepted"),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
    OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "Too much is being read at the moment"),
    ISSUER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The identity provider cannot be reached at the moment"),
    KAFKA_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Kafka cannot be used at the moment");

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final HttpStatus status;
    private final String title;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    public URI uri() {
        return URI.create(
                "urn:outcometracker:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** The one that an answer names. */
    public static ProblemType of(URI uri) {
        return Arrays.stream(values())
                .filter(it -> it.uri().equals(uri))
                .findFirst()
                .orElseThrow();
    }

    /** When the same may be sent again; absent if that will not help. */
    @Nullable
    Duration retryAfter() {
        return status == HttpStatus.SERVICE_UNAVAILABLE ? PAUSE : null;
    }

    /** For what the framework refuses. */
    static ProblemType of(HttpStatusCode status) {
        return switch (status.value()) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            default -> status.is4xxClientError() ? BAD_REQUEST : INTERNAL_ERROR;
        };
    }
}

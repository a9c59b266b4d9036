package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of which nothing is written. The detail is for the sender and quotes nothing that was posted. */
public final class RequestRefused extends RuntimeException {
    private final ProblemType type;
    private final transient List<Problem> errors;
    private final @Nullable Duration retryAfter;

    public RequestRefused(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public RequestRefused(ProblemType type, String detail, List<Problem> errors) {
        this(type, detail, errors, type.retryAfter());
    }

    private RequestRefused(ProblemType type, String detail, List<Problem> errors, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    /** @param pause after which there will be room */
    static RequestRefused tooMany(Duration pause) {
        return new RequestRefused(
                ProblemType.TOO_MANY_REQUESTS, "send fewer requests, with more records in each", List.of(), pause);
    }

    static RequestRefused tooManyAtOnce() {
        return new RequestRefused(
                ProblemType.TOO_MANY_REQUESTS,
                "send fewer requests at the same time",
                List.of(),
                Duration.ofSeconds(1));
    }

    static RequestRefused unknownTrial() {
        return new RequestRefused(ProblemType.UNKNOWN_TRIAL, "put its protocol first, or correct the address");
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<Problem> errors() {
        return errors;
    }

    /** In whole seconds, as HTTP has it; absent if sending the same again will not help. */
    public @Nullable Long retryAfterSeconds() {
        return retryAfter == null
                ? null
                : Math.max(1, retryAfter.plusMillis(999).toSeconds());
    }
}

package io.outcometracker.ingest;

import io.outcometracker.ingest.domain.Problem;
import java.util.List;

/** A request of which nothing is written. The detail is for the sender and quotes nothing that was posted. */
final class RequestRefused extends RuntimeException {
    private final ProblemType type;
    private final transient List<Problem> errors;

    RequestRefused(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    RequestRefused(ProblemType type, String detail, List<Problem> errors) {
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
    }

    static RequestRefused unknownTrial() {
        return new RequestRefused(ProblemType.UNKNOWN_TRIAL, "put its protocol first, or correct the address");
    }

    ProblemType type() {
        return type;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    List<Problem> errors() {
        return errors;
    }
}

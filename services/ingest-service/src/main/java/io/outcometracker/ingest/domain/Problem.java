package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;

/**
 * A rule that a record or protocol breaks.
 *
 * @param pointer JSON pointer to the field
 * @param message names fields, codes of the protocol and rules; never what was posted
 */
public record Problem(ProblemCode code, String pointer, String message) {
    public Problem {
        requireNonNull(code, "code");
        requireNonNull(pointer, "pointer");
        requireNonNull(message, "message");
    }

    /** The pointer without a name that the sender made up, which may itself be participant data. */
    public String publicPointer() {
        return switch (code) {
            case UNKNOWN_FIELD, IDENTIFYING_FIELD, UNKNOWN_STRATUM ->
                pointer.substring(0, Math.max(0, pointer.lastIndexOf('/')));
            default -> pointer;
        };
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That something was refused at the door, without what it was. Value of {@code outcomes.rejections.v1}.
 *
 * @param trial absent where the request did not name a valid one
 * @param site absent where the record did not name one of the trial's
 * @param code stable code of the rule that was broken
 * @param pointer JSON pointer to the offending field within the record
 * @param payloadSha256 hexadecimal SHA-256 of the refused record, so that a site can tell which it was
 */
public record Rejection(
        @Nullable String trial,
        @Nullable String site,
        String code,
        String pointer,
        String payloadSha256,
        Instant rejectedAt) {
    public Rejection {
        requireNonNull(code, "code");
        requireNonNull(pointer, "pointer");
        requireNonNull(payloadSha256, "payloadSha256");
        requireNonNull(rejectedAt, "rejectedAt");
    }
}

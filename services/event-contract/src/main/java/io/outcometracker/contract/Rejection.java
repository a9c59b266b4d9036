package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * That something was refused at the door, without what it was. Value of {@code outcomes.rejections.v1}.
 *
 * @param trial absent where the request did not name a valid one
 * @param site absent where the record did not name one of the trial's
 * @param code stable code of the rule that was broken
 * @param pointer JSON pointer to the offending field within the record
 * @param payloadSha256 hexadecimal HMAC with SHA-256 of the refused record, as JSON without white space in UTF-8, so that those
 *     who know the key can tell which it was, and nobody else can guess it
 */
public record Rejection(
        @Nullable String trial,
        @Nullable String site,
        String code,
        String pointer,
        String payloadSha256,
        Instant rejectedAt) {
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern POINTER = Pattern.compile("(/[^~]*(~[01][^~]*)*)?");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public Rejection {
        Code.requireIfPresent(trial, "trial");
        Code.requireIfPresent(site, "site");
        require(CODE, code, "code", "1 to 64 capitals, digits or underscores, starting with a capital");
        require(POINTER, pointer, "pointer", "a JSON pointer");
        require(SHA_256, payloadSha256, "payloadSha256", "64 hexadecimal digits in lower case");
        requireNonNull(rejectedAt, "rejectedAt");
    }

    private static void require(Pattern pattern, String text, String field, String rule) {
        if (!pattern.matcher(requireNonNull(text, field)).matches()) {
            throw new IllegalArgumentException(field + " must be " + rule);
        }
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rule for every code (trial, site, visit, instrument, arm, participant, record): 1 to 64 letters, digits, dots,
 * underscores or hyphens, the first a letter or digit. Codes are joined with {@code |} to form topic keys.
 */
public final class Code {
    public static final String RULE =
            "1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit";
    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Code() {}

    public static boolean isValid(String code) {
        return PATTERN.matcher(code).matches();
    }

    /** Returns the code; throws with the field's name, never the value, which may identify somebody. */
    static String require(String code, String field) {
        if (!isValid(requireNonNull(code, field))) {
            throw new IllegalArgumentException(field + " must be " + RULE);
        }
        return code;
    }

    /** As {@link #require}, of something that may be absent. */
    static void requireIfPresent(@Nullable String code, String field) {
        if (code != null) {
            require(code, field);
        }
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The rule for every code (trial, site, visit, instrument, arm, participant, record): 1 to 64 letters, digits, dots,
 * underscores or hyphens, the first a letter or digit. Codes are joined with {@code |} to form topic keys.
 */
public final class Code {
    public static final String RULE =
            "1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit";
    private static final int MAX_LENGTH = 64;

    private Code() {}

    public static boolean isValid(String code) {
        if (code.isEmpty() || code.length() > MAX_LENGTH || !isLetterOrDigit(code.charAt(0))) {
            return false;
        }
        for (int i = 1; i < code.length(); i++) {
            char it = code.charAt(i);
            if (!isLetterOrDigit(it) && it != '.' && it != '_' && it != '-') {
                return false;
            }
        }
        return true;
    }

    /** Of ASCII. */
    private static boolean isLetterOrDigit(int it) {
        return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9');
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

package io.outcometracker.ingest.domain;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What is said of a field that nobody asks for. */
public final class UnknownField {
    /** Letters that may be wrong in a name that is still taken for a known one. */
    private static final int MAX_TYPING_ERRORS = 2;

    private static final int SHORT_NAME = 4;

    private UnknownField() {}

    /**
     * Of a record: a field that would tell who the participant is has a code of its own.
     *
     * @param known the fields that records of the kind have
     */
    public static Problem ofRecord(String name, Collection<String> known, String pointer) {
        return IdentifyingData.isField(name)
                ? new Problem(
                        ProblemCode.IDENTIFYING_FIELD,
                        pointer,
                        "this may tell who the participant is; leave it out: participants are known by their code alone")
                : new Problem(ProblemCode.UNKNOWN_FIELD, pointer, message(name, known));
    }

    /** The name itself is not repeated: it may be anything. */
    static String message(String name, Collection<String> known) {
        return nearest(name, known)
                .map(it -> "there is no such field; did you mean " + it + "?")
                .orElse("there is no such field; leave it out");
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        String plain = plain(name);
        String best = null;
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int errors = distance(plain, plain(candidate));
            if (errors < fewest && errors <= (candidate.length() <= SHORT_NAME ? 1 : MAX_TYPING_ERRORS)) {
                best = candidate;
                fewest = errors;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String plain(String name) {
        String letters = name.length() > Fields.MAX_NAME ? "" : name;
        return letters.toLowerCase(Locale.ROOT).replaceAll("[ _.-]", "");
    }

    /** Letters to add, take out or change, so that one becomes the other (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

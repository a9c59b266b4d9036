package io.outcometracker.ingest.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rules say about one posted record. */
public sealed interface Checked<R> {
    Identity identity();

    /** It keeps all rules. */
    record Accepted<R>(Identity identity, R record) implements Checked<R> {}

    /**
     * It breaks at least one.
     *
     * @param site the record's, if it is one of the trial's
     * @param problems all of them, with pointers within the record
     */
    record Refused<R>(Identity identity, @Nullable String site, List<Problem> problems) implements Checked<R> {
        public Refused {
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refused record has at least one problem");
            }
            problems = List.copyOf(problems);
        }

        /** One that could not even be read. */
        public static <R> Refused<R> unreadable(List<Problem> problems) {
            return new Refused<>(Identity.NONE, null, problems);
        }
    }
}

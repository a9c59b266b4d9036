package io.outcometracker.ingest.audit;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Names a chain: its writer, and the trial if it is of one. */
record Chain(String writer, @Nullable String trial) implements Comparable<Chain> {
    private static final Comparator<Chain> BY_TRIAL =
            Comparator.comparing(Chain::trialText).thenComparing(Chain::writer);

    private String trialText() {
        return trial == null ? "" : trial;
    }

    /** As {@code AuditEntry.auditId}. */
    String entry(long seq) {
        return writer + '|' + trialText() + '|' + seq;
    }

    @Override
    public int compareTo(Chain other) {
        return BY_TRIAL.compare(this, other);
    }
}

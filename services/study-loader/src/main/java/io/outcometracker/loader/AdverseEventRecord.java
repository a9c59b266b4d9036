package io.outcometracker.loader;

import io.outcometracker.contract.AdverseEvent;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** An adverse event as a site posts it. */
record AdverseEventRecord(
        String recordId,
        int version,
        String site,
        String participant,
        @Nullable String term,
        @Nullable LocalDate onsetOn,
        AdverseEvent.@Nullable Severity severity,
        @Nullable Boolean serious,
        AdverseEvent.Status status,
        @Nullable String reasonForChange) {

    /** Without the rest, which is participant data. */
    @Override
    public String toString() {
        return "AdverseEventRecord[version " + version + "]";
    }
}

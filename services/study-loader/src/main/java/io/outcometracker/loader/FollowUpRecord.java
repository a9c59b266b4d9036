package io.outcometracker.loader;

import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A follow-up score as a site posts it. */
record FollowUpRecord(
        String recordId,
        int version,
        String site,
        String participant,
        String visit,
        String instrument,
        @Nullable BigDecimal value,
        @Nullable String unit,
        FollowUp.@Nullable Comparator comparator,
        @Nullable LocalDate assessedOn,
        FollowUp.Status status,
        @Nullable String reasonForChange,
        @Nullable String notDoneReason) {

    /** Without the rest, which is participant data. */
    @Override
    public String toString() {
        return "FollowUpRecord[version " + version + "]";
    }
}

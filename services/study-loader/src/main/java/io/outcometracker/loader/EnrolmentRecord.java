package io.outcometracker.loader;

import io.outcometracker.contract.Enrolment;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An enrolment as the randomisation system posts it. */
record EnrolmentRecord(
        String participant,
        int version,
        String site,
        @Nullable String arm,
        @Nullable LocalDate day1,
        @Nullable Map<String, String> strata,
        Enrolment.Status status,
        @Nullable LocalDate offStudyOn,
        @Nullable String offStudyReason) {

    /** Without the rest, which is participant data. */
    @Override
    public String toString() {
        return "EnrolmentRecord[version " + version + "]";
    }
}

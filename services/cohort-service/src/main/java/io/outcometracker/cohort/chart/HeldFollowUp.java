package io.outcometracker.cohort.chart;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a chart keeps of the latest version of a follow-up.
 *
 * @param fingerprint of the content, to tell a repetition from a version that was used twice
 * @param report absent if the site took the record back
 * @param score absent unless a score was reported: nothing else is a number to count
 * @param conflict another record held the slot when this version came
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"version", "fingerprint", "slot", "baseline", "report", "score", "assessedOn", "conflict"})
record HeldFollowUp(
        int version,
        long fingerprint,
        Slot slot,
        boolean baseline,
        @Nullable Report report,
        @Nullable BigDecimal score,
        @Nullable LocalDate assessedOn,
        boolean conflict) {

    static HeldFollowUp of(FollowUp followUp, boolean slotTaken) {
        Report report = report(followUp);
        BigDecimal value = followUp.value();
        return new HeldFollowUp(
                followUp.version(),
                Fingerprint.of(followUp.content()),
                new Slot(followUp.visit(), followUp.instrument()),
                followUp.baseline(),
                report,
                report == Report.SCORE && value != null ? value.stripTrailingZeros() : null,
                followUp.assessedOn(),
                slotTaken && report != null);
    }

    /** The same with the slot taken or free. */
    HeldFollowUp inConflict(boolean slotTaken) {
        return new HeldFollowUp(
                version, fingerprint, slot, baseline, report, score, assessedOn, slotTaken && report != null);
    }

    private static @Nullable Report report(FollowUp followUp) {
        return switch (followUp.status()) {
            case FINAL, AMENDED -> followUp.comparator() == null ? Report.SCORE : Report.OUTSIDE_LIMITS;
            case NOT_DONE -> Report.NOT_DONE;
            case ENTERED_IN_ERROR -> null;
        };
    }

    /** Whether the record keeps others out of the slot. */
    boolean claims(Slot wanted) {
        return slot.equals(wanted) && report != null && !conflict;
    }
}

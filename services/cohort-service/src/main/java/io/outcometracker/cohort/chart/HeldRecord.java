package io.outcometracker.cohort.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Status;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a chart keeps of the latest version of a record.
 *
 * @param fingerprint of the content, to tell a repetition from a version that was used twice
 * @param score absent if there is no number to count: not done, retracted, or reported as below or above a limit
 * @param conflict another record held the slot when this version came
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({
    "recordId",
    "version",
    "fingerprint",
    "slot",
    "baseline",
    "score",
    "assessedOn",
    "retracted",
    "conflict"
})
record HeldRecord(
        String recordId,
        int version,
        long fingerprint,
        Slot slot,
        boolean baseline,
        @Nullable BigDecimal score,
        @Nullable LocalDate assessedOn,
        boolean retracted,
        boolean conflict) {

    static HeldRecord of(FollowUp followUp, boolean slotTaken) {
        boolean retracted = followUp.status() == Status.ENTERED_IN_ERROR;
        boolean scored = followUp.status() == Status.FINAL || followUp.status() == Status.AMENDED;
        return new HeldRecord(
                followUp.recordId(),
                followUp.version(),
                fingerprint(followUp),
                new Slot(followUp.visit(), followUp.instrument()),
                followUp.baseline(),
                scored && followUp.comparator() == null ? followUp.value() : null,
                followUp.assessedOn(),
                retracted,
                slotTaken && !retracted);
    }

    /** Whether the record keeps others out of the slot. */
    boolean claims(Slot wanted) {
        return slot.equals(wanted) && !retracted && !conflict;
    }

    /** The same for the same content. */
    static long fingerprint(FollowUp followUp) {
        String content =
                followUp.content().stream().map(it -> Objects.toString(it, "")).collect(Collectors.joining("\u001f"));
        return Fingerprint.of(content.getBytes(UTF_8));
    }
}

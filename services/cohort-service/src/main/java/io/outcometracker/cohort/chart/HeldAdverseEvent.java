package io.outcometracker.cohort.chart;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.AdverseEvent.Status;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a chart keeps of the latest version of an adverse event.
 *
 * @param fingerprint of the content, to tell a repetition from a version that was used twice
 * @param onset absent if the site took the report back
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"version", "fingerprint", "onset"})
record HeldAdverseEvent(
        int version, long fingerprint, @Nullable Onset onset) {

    /** When the event began, and how grave it was. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"on", "severity", "serious"})
    record Onset(LocalDate on, Severity severity, boolean serious) {}

    static HeldAdverseEvent of(AdverseEvent event) {
        return new HeldAdverseEvent(event.version(), Fingerprint.of(event.content()), onset(event));
    }

    private static @Nullable Onset onset(AdverseEvent event) {
        LocalDate on = event.onsetOn();
        Severity severity = event.severity();
        boolean retracted = event.status() == Status.ENTERED_IN_ERROR;
        return retracted || on == null || severity == null ? null : new Onset(on, severity, event.serious());
    }
}

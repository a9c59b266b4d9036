package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that participants are counted by. A tally maps rows to counts; adding and taking away counts is all that
 * ever happens to it, so that its state does not depend on the order of records.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_ARRAY)
@JsonSubTypes({
    @JsonSubTypes.Type(value = TallyRow.Result.class, name = "r"),
    @JsonSubTypes.Type(value = TallyRow.Enrolled.class, name = "e"),
    @JsonSubTypes.Type(value = TallyRow.Participation.class, name = "p")
})
public sealed interface TallyRow {
    Cell cell();

    /**
     * Participants for whom the same was reported at the endpoint: all that figures are computed from, in one row, so
     * that a record changes one count.
     *
     * @param studyDay of the assessment; absent if it was not done, or before the participant has a Day 1
     * @param value absent unless a score was reported
     * @param baseline absent without a score or a baseline, and at the baseline visit
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"cell", "presence", "studyDay", "report", "value", "baseline"})
    record Result(
            Cell cell,
            Presence presence,
            @Nullable Integer studyDay,
            Report report,
            @Nullable BigDecimal value,
            @Nullable BigDecimal baseline)
            implements TallyRow {
        /** Numbers are kept in one form, since equal rows must have equal bytes. */
        public Result {
            requireNonNull(cell, "cell");
            requireNonNull(presence, "presence");
            requireNonNull(report, "report");
            value = value == null ? null : value.stripTrailingZeros();
            baseline = baseline == null ? null : baseline.stripTrailingZeros();
        }
    }

    /** What a site can report for an endpoint. */
    enum Report {
        SCORE,
        /** Below or above the limit of detection: received, but no number. */
        OUTSIDE_LIMITS,
        NOT_DONE
    }

    /** Participants of the trial; counted under the trial, not under an endpoint. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"cell", "presence"})
    record Enrolled(Cell cell, Presence presence) implements TallyRow {}

    /**
     * Participants by how they went through the trial and by their adverse events on or after Day 1; counted under the
     * trial's participants, in one partition.
     *
     * @param reason why they were excluded or left
     * @param worst severity of the worst event; absent without events
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"cell", "presence", "status", "reason", "events", "seriousEvents", "worst"})
    record Participation(
            Cell cell,
            Presence presence,
            Enrolment.Status status,
            @Nullable String reason,
            int events,
            int seriousEvents,
            AdverseEvent.@Nullable Severity worst)
            implements TallyRow {}

    /**
     * When a participant was in the trial.
     *
     * @param day1 first treatment; absent before it
     * @param offStudyOn absent while on study
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"day1", "offStudyOn"})
    record Presence(@Nullable LocalDate day1, @Nullable LocalDate offStudyOn) {}
}

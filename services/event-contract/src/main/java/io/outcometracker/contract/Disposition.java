package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record. Value of {@code outcomes.dispositions.v1}; never names an arm.
 *
 * @param subject what was reported
 * @param recordId absent for an enrolment, of which a participant has one
 * @param version the version that this is about
 * @param fate what became of that version
 * @param currentVersion the version that now stands
 * @param currentFate what became of the version that now stands
 */
public record Disposition(
        String trial,
        String participant,
        Subject subject,
        @Nullable String recordId,
        int version,
        Fate fate,
        int currentVersion,
        Fate currentFate,
        Instant decidedAt) {

    /** What was reported. */
    public enum Subject {
        @JsonProperty("follow-up")
        FOLLOW_UP,
        @JsonProperty("enrolment")
        ENROLMENT
    }

    /** What can become of a record. */
    public enum Fate {
        /** Counts in the metrics, or as not done. */
        APPLIED,
        /** Came before with the same content; nothing changed. */
        DUPLICATE,
        /** A later version is held already; nothing changed. */
        STALE,
        /** Came before with other content; nothing changed. */
        VERSION_REUSED,
        /** Another record holds the same visit and instrument; does not count until the site settles the matter. */
        CONFLICT,
        /** The participant is not enrolled yet; held until then. */
        PARKED,
        /** The site took the record back. */
        RETRACTED,
        /** Assessed after the participant withdrew from follow-up; does not count. */
        WITHDRAWN
    }

    public Disposition {
        new ParticipantKey(trial, participant);
        requireNonNull(subject, "subject");
        requireNonNull(fate, "fate");
        requireNonNull(currentFate, "currentFate");
        requireNonNull(decidedAt, "decidedAt");
        Code.requireIfPresent(recordId, "recordId");
        if (version < 1 || currentVersion < 1) {
            throw new IllegalArgumentException("version and currentVersion must be 1 or more");
        }
        if ((subject == Subject.FOLLOW_UP) != (recordId != null)) {
            throw new IllegalArgumentException("a follow-up has a recordId, an enrolment has none");
        }
    }

    /** The topic's key: {@code trial|participant|follow-up|recordId} or {@code trial|participant|enrolment}. */
    public String key() {
        String prefix = trial + '|' + participant + '|';
        return recordId == null ? prefix + "enrolment" : prefix + "follow-up|" + recordId;
    }

    /** Without participant and record, which may identify somebody. */
    @Override
    public String toString() {
        return "Disposition[" + trial + ", version " + version + " " + fate + "]";
    }
}

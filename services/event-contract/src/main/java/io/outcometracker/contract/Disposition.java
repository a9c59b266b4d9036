package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record. Value of {@code outcomes.dispositions.v1}; never names an arm.
 *
 * @param subject what was reported
 * @param recordId absent for an enrolment or erasure, of which a participant has one
 * @param version the version that this is about
 * @param fate what became of that version
 * @param currentVersion the version that now stands
 * @param currentFate what became of the version that now stands
 * @param site of the participant when this was decided: as enrolled, and until then, or if that is another one, as
 *     the record says; absent where neither was known
 * @param assessed when the participant was assessed for the version that stands; absent unless it is a follow-up that
 *     counts, was done, and Day 1 was known when this was decided. A Day 1 that comes later or is corrected is told by
 *     another disposition
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
        Instant decidedAt,
        @Nullable String site,
        @Nullable Assessed assessed) {

    public Disposition(
            String trial,
            String participant,
            Subject subject,
            @Nullable String recordId,
            int version,
            Fate fate,
            int currentVersion,
            Fate currentFate,
            Instant decidedAt) {
        this(trial, participant, subject, recordId, version, fate, currentVersion, currentFate, decidedAt, null, null);
    }

    /**
     * When the assessment of a visit took place. Whether that is in the visit's window is for the reader of the protocol
     * to say: windows can change.
     *
     * @param visit what it was for
     * @param studyDay 1 is the first treatment, -1 the day before; there is no day 0
     */
    public record Assessed(String visit, int studyDay) {
        public Assessed {
            Code.require(visit, "visit");
            if (studyDay == 0) {
                throw new IllegalArgumentException("there is no study day 0");
            }
        }
    }

    /** What was reported. */
    public enum Subject {
        FOLLOW_UP,
        ENROLMENT,
        ADVERSE_EVENT,
        ERASURE;

        /** As it stands in JSON and in keys. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
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
        /** Reported by a site at which the participant was never enrolled; held apart, and does not count. */
        OTHER_SITE,
        /** The site took the record back. */
        RETRACTED,
        /** Assessed after the participant withdrew from follow-up; does not count. */
        WITHDRAWN,
        /** The participant's data were erased; nothing of it is held, and it does not count. */
        ERASED
    }

    public Disposition {
        new ParticipantKey(trial, participant);
        requireNonNull(subject, "subject");
        requireNonNull(fate, "fate");
        requireNonNull(currentFate, "currentFate");
        requireNonNull(decidedAt, "decidedAt");
        Code.requireIfPresent(recordId, "recordId");
        Code.requireIfPresent(site, "site");
        if (version < 1 || currentVersion < 1) {
            throw new IllegalArgumentException("version and currentVersion must be 1 or more");
        }
        if (assessed != null && (subject != Subject.FOLLOW_UP || currentFate != Fate.APPLIED)) {
            throw new IllegalArgumentException("only of a follow-up that counts it is told when it was assessed");
        }
        boolean manyPerParticipant = subject == Subject.FOLLOW_UP || subject == Subject.ADVERSE_EVENT;
        if (manyPerParticipant != (recordId != null)) {
            throw new IllegalArgumentException("a follow-up or adverse event has a recordId, others have none");
        }
    }

    /** The topic's key: {@code trial|participant|subject}, then {@code |recordId} where a participant has many. */
    public String key() {
        String key = trial + '|' + participant + '|' + subject;
        return recordId == null ? key : key + '|' + recordId;
    }

    /** Without participant and record, which may identify somebody. */
    @Override
    public String toString() {
        return "Disposition[" + trial + ", version " + version + " " + fate + "]";
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One version of a participant's enrolment as the randomisation system reported it. Value of {@code
 * outcomes.enrolments.v1}. Names the arm: unblinded material.
 *
 * @param version a later version replaces all earlier ones, in whatever order they arrive
 * @param arm absent where the trial has no arms
 * @param day1 first treatment, the day from which visits are counted; absent before it
 * @param strata stratum name to value
 */
public record Enrolment(
        String trial,
        String participant,
        int version,
        String site,
        @Nullable String arm,
        @Nullable LocalDate day1,
        @Nullable Map<String, String> strata,
        Status status,
        @Nullable LocalDate offStudyOn,
        @Nullable String offStudyReason,
        Instant receivedAt,
        int protocolVersion) {

    /** Where the participant stands. */
    public enum Status {
        /** Looked at, neither enrolled nor excluded yet. */
        @JsonProperty("screened")
        SCREENED,
        /** Looked at and not enrolled; {@code offStudyReason} says why. */
        @JsonProperty("excluded")
        EXCLUDED,
        @JsonProperty("on-study")
        ON_STUDY,
        @JsonProperty("off-study")
        OFF_STUDY,
        /** No further follow-up; what was collected before stays. */
        @JsonProperty("follow-up-withdrawn")
        FOLLOW_UP_WITHDRAWN
    }

    public Enrolment {
        new ParticipantKey(trial, participant);
        Code.require(site, "site");
        Code.requireIfPresent(arm, "arm");
        requireNonNull(status, "status");
        requireNonNull(receivedAt, "receivedAt");
        if (version < 1 || protocolVersion < 1) {
            throw new IllegalArgumentException("version and protocolVersion must be 1 or more");
        }
        if ((status == Status.OFF_STUDY || status == Status.FOLLOW_UP_WITHDRAWN) && offStudyOn == null) {
            throw new IllegalArgumentException("a participant who left has offStudyOn");
        }
        if (!isEnrolled(status) && (arm != null || day1 != null)) {
            throw new IllegalArgumentException("who is not enrolled has neither arm nor day1");
        }
        strata = strata == null || strata.isEmpty() ? null : sorted(strata);
    }

    /** In the same order always, so that the same enrolment is the same bytes. */
    private static Map<String, String> sorted(Map<String, String> strata) {
        strata.forEach((name, value) -> {
            Code.require(name, "strata: a name");
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException("strata: a value must not be blank");
            }
        });
        return Collections.unmodifiableMap(new TreeMap<>(strata));
    }

    private static boolean isEnrolled(Status status) {
        return status != Status.SCREENED && status != Status.EXCLUDED;
    }

    /** Whether the participant entered the trial, and did not only come to its screening. */
    @JsonIgnore
    public boolean isEnrolled() {
        return isEnrolled(status);
    }

    public ParticipantKey key() {
        return new ParticipantKey(trial, participant);
    }

    /** Whether both say the same, whenever they arrived. */
    public boolean sameContent(Enrolment other) {
        return key().equals(other.key())
                && version == other.version
                && site.equals(other.site)
                && Objects.equals(arm, other.arm)
                && Objects.equals(day1, other.day1)
                && Objects.equals(strata, other.strata)
                && status == other.status
                && Objects.equals(offStudyOn, other.offStudyOn)
                && Objects.equals(offStudyReason, other.offStudyReason);
    }

    /** Identity only: the rest is participant data, and the arm. */
    @Override
    public String toString() {
        return "Enrolment[" + trial + ", version " + version + "]";
    }
}

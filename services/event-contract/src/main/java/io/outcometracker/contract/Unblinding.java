package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That arms of a masked trial were made known: of one participant in an emergency, or of all. Value of {@code
 * outcomes.unblindings.v1}. It never says which arm. After the unblinding of the trial, its arms are published.
 *
 * @param participant absent where the whole trial was unblinded
 * @param by code of the person who did it
 * @param at when it was done, UTC
 * @param reason why, in one line without personal data
 * @param receivedAt when the report was accepted, UTC
 */
public record Unblinding(
        String trial, @Nullable String participant, String by, Instant at, String reason, Instant receivedAt) {
    public Unblinding {
        Code.require(trial, "trial");
        Code.requireIfPresent(participant, "participant");
        Code.require(by, "by");
        requireNonNull(at, "at");
        if (requireNonNull(reason, "reason").isBlank()) {
            throw new IllegalArgumentException("reason must say why");
        }
        requireNonNull(receivedAt, "receivedAt");
    }

    /** The topic's key: {@code trial}, or {@code trial|participant}. */
    public String key() {
        return participant == null ? trial : new ParticipantKey(trial, participant).toString();
    }

    @JsonIgnore
    public boolean isOfTrial() {
        return participant == null;
    }

    /** Without the participant. */
    @Override
    public String toString() {
        return "Unblinding[" + trial + (participant == null ? "]" : ", one participant]");
    }
}

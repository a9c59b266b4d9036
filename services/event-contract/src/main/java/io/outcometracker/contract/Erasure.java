package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The order to erase what is held of a participant: nothing of it counts any more, and nothing that comes later will.
 * Value of {@code outcomes.erasures.v1}. Withdrawal is something else: what was collected before it stays.
 *
 * @param orderedBy code of the person who answers for it
 * @param reason why, in one line without personal data
 * @param receivedAt when the order was accepted, UTC
 */
public record Erasure(String trial, String participant, String orderedBy, String reason, Instant receivedAt) {
    public Erasure {
        new ParticipantKey(trial, participant);
        Code.require(orderedBy, "orderedBy");
        if (requireNonNull(reason, "reason").isBlank()) {
            throw new IllegalArgumentException("reason must say why");
        }
        requireNonNull(receivedAt, "receivedAt");
    }

    public ParticipantKey key() {
        return new ParticipantKey(trial, participant);
    }

    /** Without the participant. */
    @Override
    public String toString() {
        return "Erasure[" + trial + "]";
    }
}

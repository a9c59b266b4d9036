package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.Protocol.Instrument;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of one follow-up score as a site reported it, already checked against the protocol. Value of {@code
 * outcomes.follow-ups.v1}.
 *
 * @param version 1 for the first report; a later version supersedes all earlier ones, in whatever order they arrive
 * @param baseline whether the protocol's baseline visit is meant
 * @param value the score in the instrument's unit, rounded to the instrument's decimals where it allows rounding
 * @param valueAsSent the score as the site wrote it
 * @param comparator how a laboratory value below or above the limit of detection was reported
 * @param assessedOn day on which the participant was assessed; absent only for {@code not-done} and {@code
 *     entered-in-error}
 * @param reasonForChange why a later version was made; absent only in version 1
 * @param receivedAt when the record was accepted, UTC
 * @param protocolVersion the protocol that it was checked against
 */
public record FollowUp(
        String trial,
        String recordId,
        int version,
        String site,
        String participant,
        String visit,
        boolean baseline,
        String instrument,
        @Nullable BigDecimal value,
        @Nullable String valueAsSent,
        @Nullable String unit,
        @Nullable Comparator comparator,
        @Nullable LocalDate assessedOn,
        Status status,
        @Nullable String reasonForChange,
        @Nullable String notDoneReason,
        Instant receivedAt,
        int protocolVersion) {

    /** What the site says about the record. */
    public enum Status {
        @JsonProperty("final")
        FINAL,
        @JsonProperty("amended")
        AMENDED,
        @JsonProperty("entered-in-error")
        ENTERED_IN_ERROR,
        @JsonProperty("not-done")
        NOT_DONE
    }

    /** Relation of the true value to the reported one. */
    public enum Comparator {
        @JsonProperty("<")
        LESS,
        @JsonProperty("<=")
        AT_MOST,
        @JsonProperty(">=")
        AT_LEAST,
        @JsonProperty(">")
        GREATER
    }

    public FollowUp {
        Code.require(recordId, "recordId");
        Code.require(site, "site");
        new Endpoint(trial, visit, instrument);
        new ParticipantKey(trial, participant);
        requireNonNull(status, "status");
        requireNonNull(receivedAt, "receivedAt");
        if (version < 1 || protocolVersion < 1) {
            throw new IllegalArgumentException("version and protocolVersion must be 1 or more");
        }
        if (version > 1 && reasonForChange == null) {
            throw new IllegalArgumentException("a version after the first has reasonForChange");
        }
        if (value != null && value.stripTrailingZeros().scale() > Instrument.MAX_DECIMALS) {
            throw new IllegalArgumentException("value must have at most " + Instrument.MAX_DECIMALS + " decimals");
        }
        boolean scored = status == Status.FINAL || status == Status.AMENDED;
        if (scored && (value == null || assessedOn == null)) {
            throw new IllegalArgumentException("a final or amended record has a value and assessedOn");
        }
    }

    public ParticipantKey key() {
        return new ParticipantKey(trial, participant);
    }

    public Endpoint endpoint() {
        return new Endpoint(trial, visit, instrument);
    }

    /** What it says about which assessment, in one notation, whenever and however it was sent. */
    public List<@Nullable Object> content() {
        return Arrays.asList(
                key(),
                recordId,
                version,
                site,
                visit,
                instrument,
                value == null ? null : value.stripTrailingZeros(),
                unit,
                comparator,
                assessedOn,
                status,
                reasonForChange,
                notDoneReason);
    }

    /** Whether both say the same about the same assessment. */
    public boolean sameContent(FollowUp other) {
        return content().equals(other.content());
    }

    /** Identity only: the rest is participant data. */
    @Override
    public String toString() {
        return "FollowUp[" + trial + ", version " + version + "]";
    }
}

package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of one adverse event as a site reported it. Value of {@code outcomes.adverse-events.v1}.
 *
 * @param version 1 for the first report; a later version supersedes all earlier ones, in whatever order they arrive
 * @param term code of the event in the dictionary that the trial uses, MedDRA say, never text; absent if not coded
 * @param onsetOn day on which it began; absent only for {@code entered-in-error}
 * @param severity absent only for {@code entered-in-error}
 * @param serious whether it is serious as regulations mean it
 * @param reasonForChange why a later version was made; absent only in version 1
 * @param receivedAt when the report was accepted, UTC
 * @param protocolVersion the protocol that it was checked against
 */
public record AdverseEvent(
        String trial,
        String recordId,
        int version,
        String site,
        String participant,
        @Nullable String term,
        @Nullable LocalDate onsetOn,
        @Nullable Severity severity,
        boolean serious,
        Status status,
        @Nullable String reasonForChange,
        Instant receivedAt,
        int protocolVersion) {

    /** How intense it was (CDISC AESEV), from least to most. */
    public enum Severity {
        @JsonProperty("mild")
        MILD,
        @JsonProperty("moderate")
        MODERATE,
        @JsonProperty("severe")
        SEVERE
    }

    /** What the site says about the report. */
    public enum Status {
        @JsonProperty("final")
        FINAL,
        @JsonProperty("amended")
        AMENDED,
        @JsonProperty("entered-in-error")
        ENTERED_IN_ERROR
    }

    public AdverseEvent {
        new ParticipantKey(trial, participant);
        Code.require(recordId, "recordId");
        Code.require(site, "site");
        Code.requireIfPresent(term, "term");
        requireNonNull(status, "status");
        requireNonNull(receivedAt, "receivedAt");
        if (version < 1 || protocolVersion < 1) {
            throw new IllegalArgumentException("version and protocolVersion must be 1 or more");
        }
        if (version > 1 && reasonForChange == null) {
            throw new IllegalArgumentException("a version after the first has reasonForChange");
        }
        if (status != Status.ENTERED_IN_ERROR && (onsetOn == null || severity == null)) {
            throw new IllegalArgumentException("a final or amended adverse event has onsetOn and severity");
        }
    }

    public ParticipantKey key() {
        return new ParticipantKey(trial, participant);
    }

    /** What it says about which event, whenever it was sent. */
    public List<@Nullable Object> content() {
        return Arrays.asList(key(), recordId, version, site, term, onsetOn, severity, serious, status, reasonForChange);
    }

    /** Identity only: the rest is participant data. */
    @Override
    public String toString() {
        return "AdverseEvent[" + trial + ", version " + version + "]";
    }
}

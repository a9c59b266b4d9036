package io.outcometracker.ingest.domain;

import org.jspecify.annotations.Nullable;

/**
 * What a receipt calls a record by; only what was valid.
 *
 * @param recordId of a follow-up
 * @param participant of an enrolment
 */
public record Identity(
        @Nullable String recordId,
        @Nullable String participant,
        @Nullable Integer version) {
    static final Identity NONE = new Identity(null, null, null);
}

package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.ingest.domain.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the records of one request, in the order in which they were posted. */
record Receipt(String trial, int accepted, int refused, List<Result> results) {
    /** At the door. */
    enum Status {
        @JsonProperty("accepted")
        ACCEPTED,
        @JsonProperty("refused")
        REFUSED
    }

    /**
     * What became of one record.
     *
     * @param index place in the request, from 0
     * @param recordId of a follow-up, if it was valid
     * @param participant of an enrolment, if it was valid
     * @param version if it was valid
     * @param disposition what the cohort-service decided, or {@code PENDING}; only if that was awaited
     * @param problems with pointers into the body; empty for an accepted record
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            int index,
            @Nullable String recordId,
            @Nullable String participant,
            @Nullable Integer version,
            Status status,
            @Nullable String disposition,
            List<Problem> problems) {}
}

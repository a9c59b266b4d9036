package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.ingest.domain.Problem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What became of the records of one request, in the order in which they were posted. */
public record Receipt(String trial, int accepted, int refused, List<Result> results) {
    static final String WHY_REFUSED = "results tell why each record was refused";

    /** Of an answer that does not wait for decisions. */
    static HttpStatus status(int accepted, int refused) {
        return accepted == 0
                ? HttpStatus.UNPROCESSABLE_CONTENT
                : refused == 0 ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS;
    }

    /** A conflict if records were accepted, and it is decided that all of them contradict others. */
    HttpStatus status() {
        boolean contradicted =
                accepted > 0 && results.stream().allMatch(it -> it.status() == Status.REFUSED || it.isContradicted());
        return contradicted ? HttpStatus.CONFLICT : status(accepted, refused);
    }

    /** @param fates of the accepted records, in order; empty where none was decided in time */
    Receipt decided(List<Optional<Fate>> fates) {
        Iterator<Optional<Fate>> next = fates.iterator();
        List<Result> decided = new ArrayList<>(results.size());
        for (Result result : results) {
            decided.add(
                    result.status() == Status.ACCEPTED
                            ? result.decided(next.next().map(Fate::name).orElse("PENDING"))
                            : result);
        }
        return new Receipt(trial, accepted, refused, decided);
    }

    /** Of a dry run: what is accepted would be. */
    Receipt triedOut() {
        List<Result> tried = results.stream()
                .map(it -> it.status() == Status.ACCEPTED ? it.as(Status.WOULD_BE_ACCEPTED) : it)
                .toList();
        return new Receipt(trial, accepted, refused, tried);
    }

    /** At the door. */
    public enum Status {
        @JsonProperty("accepted")
        ACCEPTED,
        /** Of a dry run. */
        @JsonProperty("would-be-accepted")
        WOULD_BE_ACCEPTED,
        @JsonProperty("refused")
        REFUSED
    }

    /**
     * What became of one record.
     *
     * @param index place in the request, from 0
     * @param pointer to the record in the body
     * @param recordId of a follow-up, if it was valid
     * @param participant of an enrolment, if it was valid
     * @param version if it was valid
     * @param disposition what the cohort-service decided, or {@code PENDING}; only if that was awaited
     * @param problems with pointers into the body; empty for an accepted record
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            int index,
            @JsonIgnore String pointer,
            @Nullable String recordId,
            @Nullable String participant,
            @Nullable Integer version,
            Status status,
            @Nullable String disposition,
            List<Problem> problems) {
        Result decided(String fate) {
            return new Result(index, pointer, recordId, participant, version, status, fate, problems);
        }

        Result as(Status other) {
            return new Result(index, pointer, recordId, participant, version, other, disposition, problems);
        }

        /** Whether it is decided that the record does not count, since another with the same claim is held. */
        @JsonIgnore
        public boolean isContradicted() {
            return Fate.CONFLICT.name().equals(disposition)
                    || Fate.VERSION_REUSED.name().equals(disposition);
        }
    }
}

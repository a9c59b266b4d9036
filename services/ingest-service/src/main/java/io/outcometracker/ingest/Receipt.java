package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.OutOfWindow;
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

    /**
     * @param decisions on the accepted records, in order; empty where none was made in time
     * @param protocol by which it is told what lies outside its window
     */
    Receipt decided(List<Optional<Disposition>> decisions, Protocol protocol) {
        Iterator<Optional<Disposition>> next = decisions.iterator();
        List<Result> decided = new ArrayList<>(results.size());
        for (Result result : results) {
            decided.add(
                    result.status() == Status.ACCEPTED
                            ? next.next()
                                    .map(it -> result.decided(it.fate().name(), window(it, protocol)))
                                    .orElseGet(() -> result.decided("PENDING", null))
                            : result);
        }
        return new Receipt(trial, accepted, refused, decided);
    }

    /** Of the record that was sent, and not of another that stands. */
    private static @Nullable OutOfWindow window(Disposition decision, Protocol protocol) {
        boolean stands = decision.version() == decision.currentVersion() && decision.fate() != Fate.VERSION_REUSED;
        return stands ? OutOfWindow.of(decision, protocol).orElse(null) : null;
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
     * @param window that it was assessed too early or too late, if that was awaited and it counts all the same
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
            @Nullable OutOfWindow window,
            List<Problem> problems) {
        Result decided(String fate, @Nullable OutOfWindow outOfWindow) {
            return new Result(index, pointer, recordId, participant, version, status, fate, outOfWindow, problems);
        }

        Result as(Status other) {
            return new Result(index, pointer, recordId, participant, version, other, disposition, window, problems);
        }

        /** Whether it is decided that the record does not count, since another with the same claim is held. */
        @JsonIgnore
        public boolean isContradicted() {
            return Fate.CONFLICT.name().equals(disposition)
                    || Fate.VERSION_REUSED.name().equals(disposition);
        }
    }
}

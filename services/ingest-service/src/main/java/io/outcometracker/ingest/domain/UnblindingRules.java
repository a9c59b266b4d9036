package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.MISSING;
import static io.outcometracker.ingest.domain.ProblemCode.NOT_MASKED;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Unblinding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for the report that arms were made known. */
public final class UnblindingRules {
    private static final List<String> FIELDS = List.of("participant", "by", "at", "reason");

    private UnblindingRules() {}

    /**
     * A report, or what is wrong with it.
     *
     * @param timed whether it says when; one that does not means now
     */
    public record Reading(@Nullable Unblinding unblinding, boolean timed, List<Problem> problems) {
        /** Whether both report the same act. */
        public boolean repeats(Unblinding held) {
            return unblinding != null
                    && unblinding.by().equals(held.by())
                    && unblinding.reason().equals(held.reason())
                    && (!timed || unblinding.at().equals(held.at()));
        }
    }

    /** @param now when the report came */
    public static Reading read(JsonNode posted, Protocol protocol, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Fields fields = Fields.of(posted, "", problems);
        if (fields == null) {
            return new Reading(null, false, problems);
        }
        if (!protocol.masked()) {
            problems.add(new Problem(NOT_MASKED, "", "the trial is not masked: there is nothing to unblind"));
        }
        if (fields.isNull("participant")) {
            // Somebody's empty variable must not unblind a whole trial.
            fields.refuse(
                    MISSING, "participant", "participant must be a code; to unblind the whole trial, leave it out");
        }
        String participant = fields.code("participant");
        String by = fields.requiredCode("by");
        boolean timed = fields.has("at");
        Instant at = Dates.pastMoment(fields, "at", now);
        String reason = fields.require("reason") ? fields.sentence("reason", Versions.MAX_REASON) : null;
        fields.refuseOthersOfRecord(FIELDS);
        return problems.isEmpty()
                ? new Reading(
                        new Unblinding(
                                protocol.trial(),
                                participant,
                                requireNonNull(by),
                                requireNonNullElse(at, now),
                                requireNonNull(reason),
                                now),
                        timed,
                        problems)
                : new Reading(null, timed, problems);
    }
}

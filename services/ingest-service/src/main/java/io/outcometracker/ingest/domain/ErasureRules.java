package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The rules for the order to erase what is held of a participant, who need not be known yet. */
public final class ErasureRules implements RecordRules<Erasure> {
    @Override
    public List<String> fields() {
        return List.of("participant", "orderedBy", "reason");
    }

    @Override
    public Checked<Erasure> check(JsonNode posted, Protocol protocol, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Fields fields = Fields.of(posted, "", problems);
        if (fields == null) {
            return new Refused<>(Identity.NONE, null, problems);
        }
        // Of whatever form: an identifying code that got in must be one that can be erased.
        String participant = fields.requiredCode("participant");
        String orderedBy = fields.requiredCode("orderedBy");
        String reason = fields.require("reason") ? fields.sentence("reason", Versions.MAX_REASON) : null;
        fields.refuseOthersOfRecord(fields());

        Identity identity = new Identity(null, participant, null);
        if (!problems.isEmpty()) {
            return new Refused<>(identity, null, problems);
        }
        return new Accepted<>(
                identity,
                new Erasure(
                        protocol.trial(),
                        requireNonNull(participant),
                        requireNonNull(orderedBy),
                        requireNonNull(reason),
                        now));
    }
}

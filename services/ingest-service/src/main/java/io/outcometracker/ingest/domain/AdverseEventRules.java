package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.AdverseEvent.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for an adverse event. */
public final class AdverseEventRules implements RecordRules<AdverseEvent> {
    private static final Map<String, Status> STATUSES = Fields.choices(Status.class);
    private static final Map<String, Severity> SEVERITIES = Fields.choices(Severity.class);

    @Override
    public List<String> fields() {
        return List.of(
                "recordId",
                "version",
                "site",
                "participant",
                "term",
                "onsetOn",
                "severity",
                "serious",
                "status",
                "reasonForChange");
    }

    @Override
    public Set<String> numbers() {
        return Set.of("version");
    }

    @Override
    public Set<String> flags() {
        return Set.of("serious");
    }

    @Override
    public Checked<AdverseEvent> check(JsonNode posted, Protocol protocol, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Fields fields = Fields.of(posted, "", problems);
        if (fields == null) {
            return new Refused<>(Identity.NONE, null, problems);
        }
        String recordId = fields.requiredRecordCode("recordId");
        Integer version = Versions.version(fields);
        String site = ProtocolCodes.site(fields, protocol);
        String participant = ProtocolCodes.participant(fields, protocol);
        String term = fields.code("term");
        LocalDate onsetOn = Dates.past(fields, "onsetOn", now);
        Severity severity = fields.choice("severity", SEVERITIES);
        Boolean serious = fields.flag("serious");
        @Nullable Status status = Versions.status(fields, STATUSES, version);
        String reasonForChange = Versions.reasonForChange(fields, version);
        if (status == Status.FINAL || status == Status.AMENDED) {
            List.of("onsetOn", "severity", "serious").forEach(fields::require);
        }
        fields.refuseOthersOfRecord(fields());

        Identity identity = new Identity(recordId, null, version);
        if (!problems.isEmpty()) {
            return new Refused<>(identity, site, problems);
        }
        return new Accepted<>(
                identity,
                new AdverseEvent(
                        protocol.trial(),
                        requireNonNull(recordId),
                        requireNonNull(version),
                        requireNonNull(site),
                        requireNonNull(participant),
                        term,
                        onsetOn,
                        severity,
                        requireNonNullElse(serious, false),
                        requireNonNull(status),
                        reasonForChange,
                        now,
                        protocol.version()));
    }
}

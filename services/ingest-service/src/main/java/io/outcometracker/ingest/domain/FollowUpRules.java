package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.*;
import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.contract.FollowUp.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for a follow-up score. */
public final class FollowUpRules implements RecordRules<FollowUp> {
    /** Analogue scales are read in either, and 7 may be both. */
    private static final Set<String> LENGTHS = Set.of("mm", "cm");

    private static final Map<String, Status> STATUSES = Fields.choices(Status.class);
    private static final Map<String, Comparator> COMPARATORS = Fields.choices(Comparator.class);
    static final int MAX_UNIT = 32;

    @Override
    public List<String> fields() {
        return List.of(
                "recordId",
                "version",
                "site",
                "participant",
                "visit",
                "instrument",
                "value",
                "unit",
                "comparator",
                "assessedOn",
                "status",
                "reasonForChange",
                "notDoneReason");
    }

    @Override
    public Set<String> numbers() {
        return Set.of("version", "value");
    }

    @Override
    public Checked<FollowUp> check(JsonNode posted, Protocol protocol, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Fields fields = Fields.of(posted, "", problems);
        if (fields == null) {
            return new Refused<>(Identity.NONE, null, problems);
        }
        String recordId = fields.requiredRecordCode("recordId");
        Integer version = Versions.version(fields);
        String site = ProtocolCodes.site(fields, protocol);
        String participant = ProtocolCodes.participant(fields, protocol);
        Visit visit = ProtocolCodes.visit(fields, protocol);
        Instrument instrument = ProtocolCodes.instrument(fields, protocol);
        BigDecimal sent = fields.number("value");
        String unit = fields.sentence("unit", MAX_UNIT);
        Comparator comparator = fields.choice("comparator", COMPARATORS);
        LocalDate assessedOn = Dates.past(fields, "assessedOn", now);
        Status status = Versions.status(fields, STATUSES, version);
        String reasonForChange = Versions.reasonForChange(fields, version);
        String notDoneReason = fields.sentence("notDoneReason", Versions.MAX_REASON);

        BigDecimal value = null;
        if (status != null) {
            checkStatus(fields, status);
            checkPlanned(fields, status, visit, instrument, protocol);
            boolean scored = status == Status.FINAL || status == Status.AMENDED;
            // A record that is taken back may be wrong in any way: its score is not checked, and kept only as sent.
            if (scored && instrument != null) {
                checkUnit(fields, unit, instrument);
                value = sent == null ? null : score(fields, sent, instrument);
            }
        }
        fields.refuseOthersOfRecord(fields());

        Identity identity = new Identity(recordId, null, version);
        if (!problems.isEmpty()) {
            return new Refused<>(identity, site, problems);
        }
        return new Accepted<>(
                identity,
                new FollowUp(
                        protocol.trial(),
                        requireNonNull(recordId),
                        requireNonNull(version),
                        requireNonNull(site),
                        requireNonNull(participant),
                        requireNonNull(visit).code(),
                        visit.baseline(),
                        requireNonNull(instrument).code(),
                        value,
                        sent == null ? null : sent.toString(),
                        unit,
                        comparator,
                        assessedOn,
                        requireNonNull(status),
                        reasonForChange,
                        notDoneReason,
                        now,
                        protocol.version()));
    }

    private static void checkStatus(Fields fields, Status status) {
        switch (status) {
            case FINAL, AMENDED -> {
                fields.require("value");
                fields.require("assessedOn");
                fields.refuseIfPresent("notDoneReason", "notDoneReason is only for a record with status not-done");
            }
            case NOT_DONE -> {
                for (String name : List.of("value", "unit", "comparator")) {
                    fields.refuseIfPresent(name, "a record with status not-done has no " + name);
                }
                fields.require("notDoneReason");
            }
            // May be the first that is seen: the version that it takes back may still be on its way.
            case ENTERED_IN_ERROR -> {}
        }
    }

    private static void checkPlanned(
            Fields fields, Status status, @Nullable Visit visit, @Nullable Instrument instrument, Protocol protocol) {
        // A record that is taken back may never have been one that is planned.
        if (visit != null
                && instrument != null
                && status != Status.ENTERED_IN_ERROR
                && !protocol.isPlanned(visit.code(), instrument.code())) {
            fields.refuse(NOT_PLANNED, "instrument", instrument.code() + " is not planned at " + visit.code());
        }
    }

    private static void checkUnit(Fields fields, @Nullable String unit, Instrument instrument) {
        String planned = instrument.unit();
        if (unit == null && planned != null && LENGTHS.contains(planned)) {
            fields.refuse(
                    MISSING,
                    "unit",
                    "unit is missing: " + instrument.code() + " is in use in mm and in cm; it must be " + planned);
        }
        if (unit != null && !unit.equals(instrument.unit())) {
            fields.refuse(
                    WRONG_UNIT,
                    "unit",
                    instrument.unit() == null
                            ? "unit must be left out: the protocol gives none for " + instrument.code()
                            : "unit must be " + instrument.unit() + " (" + instrument.code() + ")");
        }
    }

    /** The score with the instrument's decimals; null if it is refused. */
    private static @Nullable BigDecimal score(Fields fields, BigDecimal sent, Instrument instrument) {
        Scale scale = new Scale(instrument);
        Scale.Fault fault = scale.fault(sent);
        if (fault != null) {
            fields.refuse(fault.code(), "value", fault.message());
            return null;
        }
        return scale.quantise(sent);
    }
}

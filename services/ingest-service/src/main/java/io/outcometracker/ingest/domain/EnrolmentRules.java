package io.outcometracker.ingest.domain;

import static io.outcometracker.ingest.domain.ProblemCode.*;
import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for an enrolment. */
public final class EnrolmentRules implements RecordRules<Enrolment> {
    private static final Map<String, Status> STATUSES = Fields.choices(Status.class);
    private static final String OFF_STUDY_ON = "offStudyOn";
    private static final String OFF_STUDY_REASON = "offStudyReason";
    private static final int MAX_STRATUM = 64;
    private static final Pattern STRATUM = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9 ._-]*[A-Za-z0-9._-])?");

    @Override
    public List<String> fields() {
        return List.of(
                "participant", "version", "site", "arm", "day1", "strata", "status", OFF_STUDY_ON, OFF_STUDY_REASON);
    }

    @Override
    public Set<String> numbers() {
        return Set.of("version");
    }

    @Override
    public Set<String> objects() {
        return Set.of("strata");
    }

    @Override
    public Checked<Enrolment> check(JsonNode posted, Protocol protocol, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Fields fields = Fields.of(posted, "", problems);
        if (fields == null) {
            return new Refused<>(Identity.NONE, null, problems);
        }
        String participant = ProtocolCodes.participant(fields, protocol);
        Integer version = Versions.version(fields);
        String site = ProtocolCodes.site(fields, protocol);
        Status status = fields.has("status") ? fields.choice("status", STATUSES) : Status.ON_STUDY;
        boolean enrolled = status != Status.SCREENED && status != Status.EXCLUDED;
        String arm = enrolled ? arm(fields, protocol) : null;
        LocalDate day1 = Dates.past(fields, "day1", now);
        Map<String, String> strata = strata(fields, protocol);
        LocalDate offStudyOn = Dates.past(fields, OFF_STUDY_ON, now);
        String offStudyReason = reason(fields, status);
        if (day1 != null && offStudyOn != null && offStudyOn.isBefore(day1)) {
            fields.refuse(
                    INCONSISTENT,
                    OFF_STUDY_ON,
                    "offStudyOn must not be before day1; who left before the first treatment has no day1");
        }
        fields.refuseOthersOfRecord(fields());

        Identity identity = new Identity(null, participant, version);
        if (!problems.isEmpty()) {
            return new Refused<>(identity, site, problems);
        }
        return new Accepted<>(
                identity,
                new Enrolment(
                        protocol.trial(),
                        requireNonNull(participant),
                        requireNonNull(version),
                        requireNonNull(site),
                        arm,
                        day1,
                        strata,
                        requireNonNull(status),
                        offStudyOn,
                        offStudyReason,
                        now,
                        protocol.version()));
    }

    /** Why the participant left or was not enrolled, and whether the other fields fit the status. */
    private static @Nullable String reason(Fields fields, @Nullable Status status) {
        if (status == null) {
            return fields.text(OFF_STUDY_REASON, Versions.MAX_REASON);
        }
        switch (status) {
            case SCREENED -> refuse(fields, status, "arm", "day1", OFF_STUDY_ON, OFF_STUDY_REASON);
            case EXCLUDED -> refuse(fields, status, "arm", "day1");
            case ON_STUDY -> refuse(fields, status, OFF_STUDY_ON, OFF_STUDY_REASON);
            case OFF_STUDY, FOLLOW_UP_WITHDRAWN -> fields.require(OFF_STUDY_ON);
        }
        boolean explained = status != Status.SCREENED && status != Status.ON_STUDY && fields.require(OFF_STUDY_REASON);
        return explained
                ? fields.choice(
                        OFF_STUDY_REASON,
                        status == Status.EXCLUDED ? OffStudyReasons.OF_EXCLUSION : OffStudyReasons.OF_LEAVING)
                : null;
    }

    private static void refuse(Fields fields, Status status, String... names) {
        String said = status.name().toLowerCase(Locale.ROOT).replace('_', '-');
        for (String name : names) {
            fields.refuseIfPresent(name, "a participant with status " + said + " has no " + name);
        }
    }

    private static @Nullable String arm(Fields fields, Protocol protocol) {
        if (protocol.arms().isEmpty()) {
            if (fields.code("arm") != null) {
                fields.refuse(UNKNOWN_ARM, "arm", "arm must be left out: the trial has no arms");
            }
            return null;
        }
        String arm = fields.requiredCode("arm");
        if (arm != null && protocol.arm(arm).isEmpty()) {
            fields.refuse(UNKNOWN_ARM, "arm", "arm is not one of the trial's arms");
        }
        return arm;
    }

    private static Map<String, String> strata(Fields fields, Protocol protocol) {
        Fields posted = fields.object("strata");
        Map<String, String> strata = new TreeMap<>();
        if (posted == null) {
            return strata;
        }
        for (String name : protocol.groupings()) {
            String value = posted.sentence(name, MAX_STRATUM);
            if (value == null) {
                continue;
            }
            if (STRATUM.matcher(value).matches()) {
                strata.put(name, value);
            } else {
                posted.refuse(
                        INVALID_CODE,
                        name,
                        "a stratum must be letters, digits, spaces, dots, underscores or hyphens, starting with a letter or digit");
            }
        }
        posted.refuseOthers((name, at) -> {
            Problem problem = UnknownField.ofRecord(name, protocol.groupings(), at);
            return problem.code() == IDENTIFYING_FIELD
                    ? problem
                    : new Problem(UNKNOWN_STRATUM, at, "the protocol has no such grouping; leave it out");
        });
        return strata;
    }
}

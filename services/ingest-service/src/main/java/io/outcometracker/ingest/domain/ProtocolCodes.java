package io.outcometracker.ingest.domain;

import static java.util.stream.Collectors.joining;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fields that must name something of the protocol. */
final class ProtocolCodes {
    private static final int MOST_LISTED = 20;

    private ProtocolCodes() {}

    static @Nullable String site(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("site");
        if (code != null && !protocol.sites().contains(code)) {
            fields.refuse(ProblemCode.UNKNOWN_SITE, "site", "site is not one of the trial's sites");
            return null;
        }
        return code;
    }

    /** The code by which alone the trial knows somebody. */
    static @Nullable String participant(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("participant");
        CodePattern form = Optional.ofNullable(protocol.participantCode())
                .flatMap(CodePattern::parse)
                .orElse(null);
        if (code == null) {
            return null;
        }
        IdentifyingData.Kind kind = IdentifyingData.inParticipant(code, form != null && form.matches(code))
                .orElse(null);
        if (kind != null) {
            fields.refuse(
                    ProblemCode.IDENTIFYING_VALUE,
                    "participant",
                    "participant looks like " + kind.words() + "; use the code that the trial gave the participant");
            return null;
        }
        if (form != null && !form.matches(code)) {
            fields.refuse(
                    ProblemCode.INVALID_CODE,
                    "participant",
                    "participant must be written like " + form.example() + ", as all participant codes of the trial");
            return null;
        }
        return code;
    }

    static @Nullable Visit visit(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("visit");
        Visit visit = code == null ? null : protocol.visit(code).orElse(null);
        if (code != null && visit == null) {
            fields.refuse(
                    ProblemCode.UNKNOWN_VISIT,
                    "visit",
                    "visit is not one of the trial's visits" + listed(protocol.visits(), Visit::code));
        }
        return visit;
    }

    static @Nullable Instrument instrument(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("instrument");
        Instrument instrument = code == null ? null : protocol.instrument(code).orElse(null);
        if (code != null && instrument == null) {
            fields.refuse(
                    ProblemCode.UNKNOWN_INSTRUMENT,
                    "instrument",
                    "instrument is not one of the trial's instruments"
                            + listed(protocol.instruments(), Instrument::code));
        }
        return instrument;
    }

    /** Those to choose from, if they are not too many to read. */
    private static <T> String listed(List<T> planned, Function<T, String> code) {
        return planned.size() > MOST_LISTED ? "" : planned.stream().map(code).collect(joining(", ", ": ", ""));
    }
}

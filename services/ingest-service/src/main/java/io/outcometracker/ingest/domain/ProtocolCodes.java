package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import org.jspecify.annotations.Nullable;

/** Fields that must name something of the protocol. */
final class ProtocolCodes {
    private ProtocolCodes() {}

    static @Nullable String site(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("site");
        if (code != null && !protocol.sites().contains(code)) {
            fields.refuse(ProblemCode.UNKNOWN_SITE, "site", "site is not one of the trial's sites");
            return null;
        }
        return code;
    }

    static @Nullable Visit visit(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("visit");
        Visit visit = code == null ? null : protocol.visit(code).orElse(null);
        if (code != null && visit == null) {
            fields.refuse(ProblemCode.UNKNOWN_VISIT, "visit", "visit is not one of the trial's visits");
        }
        return visit;
    }

    static @Nullable Instrument instrument(Fields fields, Protocol protocol) {
        String code = fields.requiredCode("instrument");
        Instrument instrument = code == null ? null : protocol.instrument(code).orElse(null);
        if (code != null && instrument == null) {
            fields.refuse(
                    ProblemCode.UNKNOWN_INSTRUMENT, "instrument", "instrument is not one of the trial's instruments");
        }
        return instrument;
    }
}

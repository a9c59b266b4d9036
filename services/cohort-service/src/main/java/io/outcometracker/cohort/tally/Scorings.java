package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Visit;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Scoring;
import org.jspecify.annotations.Nullable;

/** How the protocol wants an instrument's scores to be read. */
final class Scorings {
    private Scorings() {}

    static Scoring of(Protocol protocol, Visit visit, Instrument instrument, int decimals) {
        boolean hasBaseline = instrument.measuresChange() && protocol.baseline().isPresent();
        Scoring scoring = new Scoring(
                decimals,
                instrument.higherIsWorse(),
                hasBaseline,
                instrument.measuresPercentChange(),
                mcid(instrument.mcid()));
        return visit.baseline() ? scoring.atBaselineVisit() : scoring;
    }

    private static @Nullable Mcid mcid(Protocol.@Nullable Mcid mcid) {
        if (mcid == null) {
            return null;
        }
        return new Mcid(
                mcid.value(),
                switch (mcid.kind()) {
                    case ABS -> Mcid.Kind.ABSOLUTE;
                    case PCT -> Mcid.Kind.PERCENT;
                    case VALUE_AT_MOST -> Mcid.Kind.VALUE_AT_MOST;
                });
    }
}

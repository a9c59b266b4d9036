package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Scoring;
import org.jspecify.annotations.Nullable;

/** How the protocol wants an instrument's scores to be read. */
final class Scorings {
    private Scorings() {}

    /**
     * @param paired whether change from baseline has a meaning at this visit
     * @param atBaseline nobody can have responded yet
     */
    static Scoring of(Instrument instrument, int decimals, boolean paired, boolean atBaseline) {
        return new Scoring(
                decimals,
                instrument.higherIsWorse(),
                paired,
                paired && instrument.measuresPercentChange(),
                atBaseline ? null : mcid(instrument.mcid()));
    }

    private static @Nullable Mcid mcid(io.outcometracker.contract.Protocol.@Nullable Mcid mcid) {
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

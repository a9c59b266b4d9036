package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * The smallest change that matters to a patient, as a trial sets it for an instrument. The threshold is inclusive.
 *
 * @param value in units of the instrument, or in percent of the baseline
 */
public record Mcid(BigDecimal value, Kind kind) {

    /** What the threshold is compared with. */
    public enum Kind {
        /** The improvement since baseline, in units of the instrument. */
        ABSOLUTE,
        /** The improvement since baseline in percent of a baseline above zero. */
        PERCENT,
        /** The score itself, which may be at most the threshold; for scores that are a change already. */
        VALUE_AT_MOST
    }

    public Mcid {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(kind, "kind");
    }
}

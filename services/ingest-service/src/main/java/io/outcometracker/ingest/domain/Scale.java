package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.Protocol.Instrument;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Which scores an instrument can give. */
record Scale(Instrument instrument) {
    /** Scores are counted as 64-bit integers of the instrument's last decimal. */
    private static final int MAX_DIGITS = 18;

    record Fault(ProblemCode code, String message) {}

    /** The first rule that the score breaks, if any. */
    @Nullable
    Fault fault(BigDecimal sent) {
        String whose = " (" + instrument.code() + ")";
        if (outOfRange(sent)) {
            return new Fault(ProblemCode.OUT_OF_RANGE, "value must be " + range() + whose);
        }
        if (sent.precision() - sent.scale() + instrument.decimals() > MAX_DIGITS) {
            return new Fault(ProblemCode.OUT_OF_RANGE, "value has too many digits" + whose);
        }
        if (instrument.rounding() == null && sent.stripTrailingZeros().scale() > instrument.decimals()) {
            return new Fault(
                    ProblemCode.TOO_MANY_DECIMALS,
                    instrument.decimals() == 0
                            ? "value must be a whole number" + whose
                            : "value must have at most " + instrument.decimals() + " decimals" + whose);
        }
        BigDecimal step = instrument.step();
        if (step != null && quantise(sent).subtract(start()).remainder(step).signum() != 0) {
            return new Fault(
                    ProblemCode.OFF_STEP,
                    "value must be in steps of " + plain(step) + " counted from " + plain(start()) + whose);
        }
        return null;
    }

    /** The score with exactly the instrument's decimals, rounded as the instrument says. */
    BigDecimal quantise(BigDecimal sent) {
        return sent.setScale(
                instrument.decimals(),
                instrument.rounding() == null
                        ? RoundingMode.UNNECESSARY
                        : instrument.rounding().mode());
    }

    private boolean outOfRange(BigDecimal sent) {
        BigDecimal min = instrument.min();
        BigDecimal max = instrument.max();
        return (min != null && sent.compareTo(min) < 0) || (max != null && sent.compareTo(max) > 0);
    }

    private String range() {
        BigDecimal min = instrument.min();
        BigDecimal max = instrument.max();
        if (min == null) {
            return max == null ? "any number" : plain(max) + " or less";
        }
        return max == null ? plain(min) + " or more" : plain(min) + " to " + plain(max);
    }

    private BigDecimal start() {
        return requireNonNullElse(instrument.min(), BigDecimal.ZERO);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}

package io.outcometracker.benchmarks.stage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;

/** What several rounds gave. */
public record Spread(double min, double median, double max) {

    public static Spread of(List<Double> rounds) {
        double[] sorted =
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, Arrays.stream(sorted).max().orElseThrow());
    }

    /** Three digits that count, without an exponent. */
    public static String rounded(double number) {
        return new BigDecimal(number).round(new MathContext(3)).toPlainString();
    }

    @Override
    public String toString() {
        return rounded(min) + " / " + rounded(median) + " / " + rounded(max);
    }
}

package io.outcometracker.benchmarks.stage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What several rounds gave. */
public record Spread(double min, double median, double max) {

    /** @param figure what is looked at of each round */
    public static <R> Spread of(List<R> rounds, ToDoubleFunction<R> figure) {
        return of(rounds.stream().map(figure::applyAsDouble).toList());
    }

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

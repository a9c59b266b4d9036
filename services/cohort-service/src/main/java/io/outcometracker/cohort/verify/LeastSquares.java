package io.outcometracker.cohort.verify;

import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.Undefined;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The linear model score = mean of the arm at baseline 0 + slope * baseline, fitted by its normal equations: one
 * parameter for each arm that has a pair, and the slope.
 */
final class LeastSquares {
    private static final MathContext DIGITS = new MathContext(100);
    /** Scores have at most 9 decimals, so a residual that is not zero is larger than this, and rounding smaller. */
    private static final BigDecimal ZERO_RESIDUAL = new BigDecimal("1e-70");

    /** A participant's baseline and score. */
    record Pair(BigDecimal baseline, BigDecimal score) {}

    private final List<String> arms;
    private final SortedMap<String, List<Pair>> pairs;

    /** @param pairs of every arm that has one */
    LeastSquares(SortedMap<String, List<Pair>> pairs) {
        this.pairs = pairs;
        arms = List.copyOf(pairs.keySet());
    }

    Ancova ancova(String active, String control, boolean withP) {
        int nActive = pairs.getOrDefault(active, List.of()).size();
        int nControl = pairs.getOrDefault(control, List.of()).size();
        int n = pairs.values().stream().mapToInt(List::size).sum();
        int df = n - arms.size() - 1;
        if (nActive == 0 || nControl == 0 || df < 1) {
            return undefined(nActive, nControl, Undefined.TOO_FEW);
        }
        if (pairs.values().stream()
                .allMatch(arm -> arm.stream()
                                .map(Pair::baseline)
                                .map(BigDecimal::stripTrailingZeros)
                                .distinct()
                                .count()
                        == 1)) {
            return undefined(nActive, nControl, Undefined.EQUAL_BASELINES);
        }
        BigDecimal[] fitted = solve(scoresByParameter());
        BigDecimal slope = fitted[arms.size()];
        BigDecimal[] contrast = zeros();
        contrast[arms.indexOf(active)] = BigDecimal.ONE;
        contrast[arms.indexOf(control)] = BigDecimal.ONE.negate();
        BigDecimal[] spread = solve(contrast);
        BigDecimal residualVariance = residualSquares(fitted).divide(BigDecimal.valueOf(df), DIGITS);
        BigDecimal variance =
                residualVariance.multiply(spread[arms.indexOf(active)].subtract(spread[arms.indexOf(control)]), DIGITS);
        BigDecimal atMean = slope.multiply(meanBaseline(n), DIGITS);
        BigDecimal meanActive = fitted[arms.indexOf(active)].add(atMean, DIGITS);
        BigDecimal meanControl = fitted[arms.indexOf(control)].add(atMean, DIGITS);
        double difference = meanActive.subtract(meanControl, DIGITS).doubleValue();
        double se = Sample.root(variance);
        boolean perfectFit = variance.signum() == 0;
        Double t = perfectFit ? null : difference / se;
        return new Ancova(
                nActive,
                nControl,
                slope.doubleValue(),
                difference,
                se,
                (long) df,
                t,
                t == null || !withP ? null : Sample.p(t, df),
                Sample.around(difference, Sample.t(df) * se),
                meanActive.doubleValue(),
                meanControl.doubleValue(),
                perfectFit ? Undefined.ZERO_VARIANCE : null);
    }

    private static Ancova undefined(int nActive, int nControl, Undefined reason) {
        return new Ancova(nActive, nControl, null, null, null, null, null, null, null, null, null, reason);
    }

    /** The right-hand side of the normal equations: scores summed by arm, and times their baselines. */
    private BigDecimal[] scoresByParameter() {
        BigDecimal[] sums = zeros();
        pairs.forEach((arm, list) -> {
            for (Pair pair : list) {
                sums[arms.indexOf(arm)] = sums[arms.indexOf(arm)].add(pair.score);
                sums[arms.size()] = sums[arms.size()].add(pair.score.multiply(pair.baseline));
            }
        });
        return sums;
    }

    private BigDecimal[][] normalMatrix() {
        int slope = arms.size();
        BigDecimal[][] matrix = new BigDecimal[slope + 1][];
        for (int row = 0; row <= slope; row++) {
            matrix[row] = zeros();
        }
        pairs.forEach((arm, list) -> {
            int index = arms.indexOf(arm);
            for (Pair pair : list) {
                BigDecimal x = pair.baseline;
                matrix[index][index] = matrix[index][index].add(BigDecimal.ONE);
                matrix[index][slope] = matrix[index][slope].add(x);
                matrix[slope][index] = matrix[slope][index].add(x);
                matrix[slope][slope] = matrix[slope][slope].add(x.multiply(x));
            }
        });
        return matrix;
    }

    /** Gauss-Jordan elimination; no pivot is zero where some arm has two baselines. */
    private BigDecimal[] solve(BigDecimal[] rightHandSide) {
        BigDecimal[][] matrix = normalMatrix();
        BigDecimal[] solution = rightHandSide.clone();
        for (int pivot = 0; pivot < solution.length; pivot++) {
            for (int row = 0; row < solution.length; row++) {
                if (row != pivot) {
                    BigDecimal factor = matrix[row][pivot].divide(matrix[pivot][pivot], DIGITS);
                    for (int column = 0; column < solution.length; column++) {
                        matrix[row][column] =
                                matrix[row][column].subtract(factor.multiply(matrix[pivot][column], DIGITS), DIGITS);
                    }
                    solution[row] = solution[row].subtract(factor.multiply(solution[pivot], DIGITS), DIGITS);
                }
            }
        }
        for (int row = 0; row < solution.length; row++) {
            solution[row] = solution[row].divide(matrix[row][row], DIGITS);
        }
        return solution;
    }

    private BigDecimal residualSquares(BigDecimal[] fitted) {
        BigDecimal squares = BigDecimal.ZERO;
        for (int arm = 0; arm < arms.size(); arm++) {
            for (Pair pair : pairs.getOrDefault(arms.get(arm), List.of())) {
                BigDecimal expected = fitted[arm].add(fitted[arms.size()].multiply(pair.baseline, DIGITS), DIGITS);
                BigDecimal residual = pair.score.subtract(expected, DIGITS);
                if (residual.abs().compareTo(ZERO_RESIDUAL) > 0) {
                    squares = squares.add(residual.pow(2, DIGITS));
                }
            }
        }
        return squares;
    }

    private BigDecimal meanBaseline(int n) {
        List<BigDecimal> baselines = new ArrayList<>();
        pairs.values().forEach(arm -> arm.forEach(pair -> baselines.add(pair.baseline)));
        return baselines.stream().reduce(BigDecimal.ZERO, BigDecimal::add).divide(BigDecimal.valueOf(n), DIGITS);
    }

    private BigDecimal[] zeros() {
        BigDecimal[] zeros = new BigDecimal[arms.size() + 1];
        java.util.Arrays.fill(zeros, BigDecimal.ZERO);
        return zeros;
    }
}

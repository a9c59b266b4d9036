package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * All 1491 figures of the worked example, which were checked in R. Those that are published are read from the topics; the
 * others are computed here, by the plain formula, from what the tallies hold.
 */
class WorkedExampleFiguresTest {
    private static final double RELATIVE = 1e-9;

    private final Map<String, Integer> published = new HashMap<>();
    private final Map<String, Integer> computed = new HashMap<>();

    @TempDir
    Path state;

    @Test
    void allAgree() {
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(WorkedExample.protocolWithPValues());
            WorkedExample.screened().forEach(pipeline::report);
            WorkedExample.steps().forEach(pipeline::report);
            pipeline.publish();
            for (Expected expected : WorkedExample.expected()) {
                assertThat(figure(pipeline, expected))
                        .as("%s", expected)
                        .isCloseTo(expected.number(), within(Math.abs(expected.number()) * RELATIVE));
            }
        }
        assertThat(published)
                .isEqualTo(Map.of(
                        "cohort", 18 * 11 + 12 * 11 + 12 * 3,
                        "responder", 12 * 30,
                        "between_value", 6 * 16,
                        "between_change", 4 * 16,
                        "ancova", 4 * 12,
                        "completeness", 18 * 16,
                        "consort", 19));
        assertThat(computed)
                .isEqualTo(
                        Map.of("cohort", 18 * 6 + 12 * 6, "between_value", 6, "between_change", 4, "ancova", 4 * 15));
        assertThat(published.values().stream().mapToInt(it -> it).sum()
                        + computed.values().stream().mapToInt(it -> it).sum())
                .isEqualTo(1491);
    }

    private double figure(TopologyHarness pipeline, Expected expected) {
        if (expected.pointer() == null) {
            computed.merge(expected.scope(), 1, Integer::sum);
            return computed(pipeline, expected);
        }
        published.merge(expected.scope(), 1, Integer::sum);
        return expected.in(message(pipeline, expected));
    }

    private static JsonNode message(TopologyHarness pipeline, Expected expected) {
        Topic<?> topic = expected.endpoint(WorkedExample.TRIAL) == null
                ? Topics.TRIAL_SUMMARIES_UNBLINDED
                : Topics.COHORT_METRICS_UNBLINDED;
        String key = expected.key(WorkedExample.TRIAL);
        JsonNode message = Json.MAPPER.valueToTree(
                Objects.requireNonNull(pipeline.view(topic).get(key), key));
        return expected.scope().equals("completeness") ? message.get("completeness") : message;
    }

    private static double computed(TopologyHarness pipeline, Expected expected) {
        return switch (expected.scope()) {
            case "cohort" ->
                ofNumbers(
                        expected.metric().replace("chg_", ""),
                        numbers(
                                scores(pipeline, expected, expected.arm()),
                                expected.metric().startsWith("chg_")));
            case "ancova" ->
                ofPairs(
                        expected.metric(),
                        Pairs.of(scores(pipeline, expected, "ACT")),
                        Pairs.of(scores(pipeline, expected, "PBO")));
            default -> {
                assertThat(expected.metric()).isEqualTo("hedges_j_approx");
                yield 1 - 3 / (4 * degreesOfFreedom(pipeline, expected) - 1);
            }
        };
    }

    /** One per participant. */
    private static List<Result> scores(TopologyHarness pipeline, Expected expected, String arm) {
        List<Result> scores = new ArrayList<>();
        pipeline.scores(expected.visit(), expected.instrument()).forEach((score, count) -> {
            if (arm.equals("ALL") || arm.equals(score.cell().arm())) {
                for (long i = 0; i < count; i++) {
                    scores.add(score);
                }
            }
        });
        return scores;
    }

    private static double[] numbers(List<Result> scores, boolean changes) {
        return scores.stream()
                .filter(it -> !changes || it.baseline() != null)
                .map(it -> changes ? it.value().subtract(it.baseline()) : it.value())
                .mapToDouble(BigDecimal::doubleValue)
                .sorted()
                .toArray();
    }

    private static double ofNumbers(String name, double[] sorted) {
        int n = sorted.length;
        return switch (name) {
            case "sum" -> sum(sorted, x -> x);
            case "sumsq" -> sum(sorted, x -> x * x);
            case "q1_type6" -> quantile(sorted, 0.25 * (n + 1));
            case "q3_type6" -> quantile(sorted, 0.75 * (n + 1));
            case "q1_type7" -> quantile(sorted, 0.25 * (n - 1) + 1);
            case "q3_type7" -> quantile(sorted, 0.75 * (n - 1) + 1);
            default -> throw new IllegalStateException(name);
        };
    }

    private static double sum(double[] numbers, ToDoubleFunction<Double> of) {
        double sum = 0;
        for (double number : numbers) {
            sum += of.applyAsDouble(number);
        }
        return sum;
    }

    /** Between the two nearest, counting from 1. */
    private static double quantile(double[] sorted, double rank) {
        double within = Math.min(Math.max(rank, 1), sorted.length);
        int below = (int) within;
        int above = Math.min(below + 1, sorted.length);
        return sorted[below - 1] + (within - below) * (sorted[above - 1] - sorted[below - 1]);
    }

    private static double degreesOfFreedom(TopologyHarness pipeline, Expected expected) {
        boolean changes = expected.scope().equals("between_change");
        return numbers(scores(pipeline, expected, "ACT"), changes).length
                + numbers(scores(pipeline, expected, "PBO"), changes).length
                - 2;
    }

    /** Sums over participants with baseline x and value y. */
    private record Pairs(double n, double x, double y, double xx, double xy, double yy) {
        static Pairs of(List<Result> scores) {
            Pairs sums = new Pairs(0, 0, 0, 0, 0, 0);
            for (Result score : scores) {
                if (score.baseline() != null) {
                    double x = score.baseline().doubleValue();
                    double y = score.value().doubleValue();
                    sums = new Pairs(
                            sums.n + 1, sums.x + x, sums.y + y, sums.xx + x * x, sums.xy + x * y, sums.yy + y * y);
                }
            }
            return sums;
        }
    }

    private static double ofPairs(String name, Pairs active, Pairs control) {
        double xx = active.xx - active.x * active.x / active.n + control.xx - control.x * control.x / control.n;
        double xy = active.xy - active.x * active.y / active.n + control.xy - control.x * control.y / control.n;
        double yy = active.yy - active.y * active.y / active.n + control.yy - control.y * control.y / control.n;
        double rss = yy - xy * xy / xx;
        return switch (name) {
            case "sx_act" -> active.x;
            case "sy_act" -> active.y;
            case "sxx_act" -> active.xx;
            case "sxy_act" -> active.xy;
            case "syy_act" -> active.yy;
            case "sx_ctl" -> control.x;
            case "sy_ctl" -> control.y;
            case "sxx_ctl" -> control.xx;
            case "sxy_ctl" -> control.xy;
            case "syy_ctl" -> control.yy;
            case "within_xx" -> xx;
            case "within_xy" -> xy;
            case "within_yy" -> yy;
            case "rss" -> rss;
            case "mse" -> rss / (active.n + control.n - 3);
            default -> throw new IllegalStateException(name);
        };
    }
}

package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TrialSummary;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * All 1491 figures of the worked example, which were checked in R. Those that are published are read from the topics; the
 * others are computed here, by the plain formula, from what the tallies hold.
 */
class WorkedExampleFiguresTest {
    private static final double RELATIVE = 1e-9;

    /** Names of figures in the JSON, where they are others than in the table. */
    private static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("ci_lo", "ci/0"),
            Map.entry("ci_hi", "ci/1"),
            Map.entry("n_act", "nActive"),
            Map.entry("n_ctl", "nControl"),
            Map.entry("diff", "difference"),
            Map.entry("sd_pooled", "hedgesG/pooledSd"),
            Map.entry("cohen_d", "hedgesG/d"),
            Map.entry("hedges_j", "hedgesG/correction"),
            Map.entry("hedges_g", "hedgesG/g"),
            Map.entry("hedges_g_se", "hedgesG/se"),
            Map.entry("hedges_g_ci_lo", "hedgesG/ci/0"),
            Map.entry("hedges_g_ci_hi", "hedgesG/ci/1"),
            Map.entry("adj_diff", "difference"),
            Map.entry("lsmean_act", "adjustedMeanActive"),
            Map.entry("lsmean_ctl", "adjustedMeanControl"),
            Map.entry("RECEIVED_IN_WINDOW", "receivedInWindow"),
            Map.entry("RECEIVED_EARLY", "receivedEarly"),
            Map.entry("RECEIVED_LATE", "receivedLate"),
            Map.entry("NOT_DONE", "notDone"),
            Map.entry("NOT_EXPECTED", "notExpected"),
            Map.entry("NOT_DUE", "notDue"),
            Map.entry("DUE", "due"),
            Map.entry("MISSED", "missed"),
            Map.entry("OVERDUE", "overdue"),
            Map.entry("completeness_pct", "completeness"),
            Map.entry("retention_pct", "retention"),
            Map.entry("out_of_window_pct", "outOfWindow"),
            Map.entry("k", "k"),
            Map.entry("pct", "rate"),
            Map.entry("lo_pct", "ci/0"),
            Map.entry("hi_pct", "ci/1"),
            Map.entry("on_study", "onStudy"),
            Map.entry("lost_to_follow_up", "leftBy/LOST TO FOLLOW-UP"),
            Map.entry("excluded_ineligible", "excludedBy/INELIGIBLE"),
            Map.entry("excluded_declined", "excludedBy/DECLINED"));

    private final Map<String, Integer> published = new HashMap<>();
    private final Map<String, Integer> computed = new HashMap<>();

    @TempDir
    Path state;

    @Test
    void allAgree() {
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(withPValues(WorkedExample.protocol()));
            WorkedExample.screened().forEach(pipeline::report);
            WorkedExample.steps().forEach(pipeline::report);
            pipeline.publish();
            for (Expected expected : WorkedExample.expected()) {
                double wanted = Double.parseDouble(expected.value());
                assertThat(figure(pipeline, expected))
                        .as("%s", expected)
                        .isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
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

    private static Protocol withPValues(Protocol plan) {
        return new Protocol(
                plan.trial(),
                plan.title(),
                plan.version(),
                plan.masked(),
                plan.arms(),
                plan.sites(),
                plan.visits(),
                plan.instruments(),
                plan.groupings(),
                true,
                null,
                null);
    }

    private double figure(TopologyHarness pipeline, Expected expected) {
        Double plain = computed(pipeline, expected);
        if (plain != null) {
            computed.merge(expected.scope(), 1, Integer::sum);
            return plain;
        }
        published.merge(expected.scope(), 1, Integer::sum);
        return published(pipeline, expected);
    }

    private static double published(TopologyHarness pipeline, Expected expected) {
        String name = expected.metric();
        String path = switch (expected.scope()) {
            case "cohort" -> "/" + ofCohort(name);
            case "responder" -> "/responders/" + ofResponders(name);
            case "between_value" -> "/versusControl/value/" + path(name);
            case "between_change" -> "/versusControl/change/" + path(name);
            case "ancova" -> "/versusControl/ancova/" + path(name);
            case "completeness" -> "/completeness/" + path(name);
            case "consort" -> name.equals("analysed_M4_NRS") ? "/n" : "/flow/" + path(name);
            default -> throw new IllegalStateException(expected.scope());
        };
        JsonNode figure = message(pipeline, expected).at(path);
        if (figure.isMissingNode() && path.startsWith("/flow/leftBy")) {
            return 0; // nobody left for this reason
        }
        assertThat(figure.isNumber()).as("%s at %s", expected, path).isTrue();
        return name.endsWith("pct") ? 100 * figure.doubleValue() : figure.doubleValue();
    }

    private static JsonNode message(TopologyHarness pipeline, Expected expected) {
        Cohort cohort = cohort(expected.arm());
        if (!expected.scope().equals("consort")) {
            return message(pipeline, Topics.COHORT_METRICS_UNBLINDED, CohortMetric.key(endpoint(expected), cohort));
        }
        return expected.metric().equals("analysed_M4_NRS")
                ? message(
                        pipeline,
                        Topics.COHORT_METRICS_UNBLINDED,
                        CohortMetric.key(new Endpoint(WorkedExample.TRIAL, "M4", "NRS"), cohort))
                : message(pipeline, Topics.TRIAL_SUMMARIES_UNBLINDED, TrialSummary.key(WorkedExample.TRIAL, cohort));
    }

    private static JsonNode message(TopologyHarness pipeline, Topic<?> topic, String key) {
        return Json.MAPPER.valueToTree(
                Objects.requireNonNull(pipeline.view(topic).get(key), key));
    }

    private static Endpoint endpoint(Expected expected) {
        return new Endpoint(WorkedExample.TRIAL, expected.visit(), expected.instrument());
    }

    /** A comparison stands with the active arm. */
    private static Cohort cohort(String arm) {
        return arm.equals("ALL") ? Cohort.ALL : Cohort.arm(arm.replace("-PBO", ""));
    }

    private static String path(String name) {
        return PATHS.getOrDefault(name, name);
    }

    private static String ofCohort(String name) {
        if (name.startsWith("pchg_")) {
            return "percentChange/" + path(name.substring("pchg_".length()));
        }
        return name.startsWith("chg_") ? "change/" + path(name.substring("chg_".length())) : path(name);
    }

    private static String ofResponders(String name) {
        String[] parts = name.split("_", 3);
        String threshold = parts[0].substring("resp".length());
        return (threshold.equals("MCID") ? "mcid" : threshold)
                + (parts[1].equals("oc") ? "/observed/" : "/imputed/")
                + path(parts[2]);
    }

    /** Null if it is published. */
    private static @Nullable Double computed(TopologyHarness pipeline, Expected expected) {
        return switch (expected.scope()) {
            case "cohort" ->
                ofNumbers(
                        expected.metric().replace("chg_", ""),
                        numbers(
                                scores(pipeline, expected, expected.arm()),
                                expected.metric().startsWith("chg_")));
            case "between_value", "between_change" ->
                expected.metric().equals("hedges_j_approx")
                        ? 1 - 3 / (4 * degreesOfFreedom(pipeline, expected) - 1)
                        : null;
            case "ancova" ->
                ofPairs(
                        expected.metric(),
                        Pairs.of(scores(pipeline, expected, "ACT")),
                        Pairs.of(scores(pipeline, expected, "PBO")));
            default -> null;
        };
    }

    /** One per participant. */
    private static List<Score> scores(TopologyHarness pipeline, Expected expected, String arm) {
        List<Score> scores = new ArrayList<>();
        pipeline.scores(expected.visit(), expected.instrument()).forEach((score, count) -> {
            if (arm.equals("ALL") || arm.equals(score.cell().arm())) {
                for (long i = 0; i < count; i++) {
                    scores.add(score);
                }
            }
        });
        return scores;
    }

    private static double[] numbers(List<Score> scores, boolean changes) {
        return scores.stream()
                .filter(it -> !changes || it.baseline() != null)
                .map(it -> changes ? it.value().subtract(it.baseline()) : it.value())
                .mapToDouble(BigDecimal::doubleValue)
                .sorted()
                .toArray();
    }

    private static @Nullable Double ofNumbers(String name, double[] sorted) {
        int n = sorted.length;
        return switch (name) {
            case "sum" -> sum(sorted, x -> x);
            case "sumsq" -> sum(sorted, x -> x * x);
            case "q1_type6" -> quantile(sorted, 0.25 * (n + 1));
            case "q3_type6" -> quantile(sorted, 0.75 * (n + 1));
            case "q1_type7" -> quantile(sorted, 0.25 * (n - 1) + 1);
            case "q3_type7" -> quantile(sorted, 0.75 * (n - 1) + 1);
            default -> null;
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
        static Pairs of(List<Score> scores) {
            Pairs sums = new Pairs(0, 0, 0, 0, 0, 0);
            for (Score score : scores) {
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

    private static @Nullable Double ofPairs(String name, Pairs active, Pairs control) {
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
            default -> null;
        };
    }
}

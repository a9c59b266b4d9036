package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Disposition;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline against figures that were checked in R. */
class WorkedExampleTest {
    private static final double RELATIVE = 1e-9;

    @TempDir
    Path state;

    @Test
    void decidesOnEveryEventAsExpected() {
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(WorkedExample.protocol());
            for (Step step : WorkedExample.steps()) {
                List<Disposition> dispositions = pipeline.report(step);
                assertThat(dispositions.get(0).fate())
                        .as("event %d", step.seq())
                        .isEqualTo(step.expected());
            }
        }
    }

    @Test
    void publishesEveryFigureOfTheExpectedTable() {
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(WorkedExample.protocol());
            WorkedExample.steps().forEach(pipeline::report);
            pipeline.publish();
            int compared = 0;
            for (Expected expected : WorkedExample.expected()) {
                if (expected.scope().equals("cohort") || expected.scope().equals("responder")) {
                    compared += compare(pipeline, expected);
                }
            }
            assertThat(compared).isEqualTo(18 * 11 + 12 * 11 + 12 * 3 + 12 * 30);
        }
    }

    /** Returns 1 if the figure is one that is published. */
    private static int compare(TopologyHarness pipeline, Expected expected) {
        CohortMetric metric = Objects.requireNonNull(
                pipeline.metric(expected.visit(), expected.instrument(), cohort(expected.arm())), expected.toString());
        Double actual = expected.scope().equals("cohort")
                ? summary(metric, expected.metric())
                : responders(metric, expected.metric());
        if (actual == null) {
            return 0;
        }
        double wanted = Double.parseDouble(expected.value());
        assertThat(actual).as("%s", expected).isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
        return 1;
    }

    private static Double summary(CohortMetric metric, String name) {
        if (name.equals("pchg_n")) {
            return (double) Objects.requireNonNull(metric.percentChange()).n();
        }
        if (name.equals("pchg_mean")) {
            return Objects.requireNonNull(metric.percentChange()).mean();
        }
        if (name.equals("pchg_median")) {
            return Objects.requireNonNull(metric.percentChange()).median();
        }
        return name.startsWith("chg_")
                ? figure(Objects.requireNonNull(metric.change()), name.substring("chg_".length()))
                : figure(metric.value(), name);
    }

    private static Double figure(Distribution it, String name) {
        return switch (name) {
            case "n" -> (double) it.n();
            case "mean" -> it.mean();
            case "sd" -> it.sd();
            case "se" -> it.se();
            case "ci_lo" -> Objects.requireNonNull(it.ci()).low();
            case "ci_hi" -> Objects.requireNonNull(it.ci()).high();
            case "q1" -> it.q1();
            case "median" -> it.median();
            case "q3" -> it.q3();
            case "min" -> it.min();
            case "max" -> it.max();
            default -> null; // sums, and quartiles of other types
        };
    }

    private static Double responders(CohortMetric metric, String name) {
        Responders responders = Objects.requireNonNull(metric.responders());
        String[] parts = name.split("_", 3);
        ResponderRate rate = Objects.requireNonNull(
                switch (parts[0]) {
                    case "resp30" -> responders.thirtyPercent();
                    case "resp50" -> responders.fiftyPercent();
                    default -> responders.mcid();
                });
        Proportion proportion = parts[1].equals("oc") ? rate.observed() : rate.imputed();
        Interval ci = Objects.requireNonNull(proportion.ci());
        return switch (parts[2]) {
            case "k" -> (double) proportion.k();
            case "n" -> (double) proportion.n();
            case "pct" -> 100 * Objects.requireNonNull(proportion.rate());
            case "lo_pct" -> 100 * ci.low();
            case "hi_pct" -> 100 * ci.high();
            default -> throw new IllegalStateException(name);
        };
    }

    private static Cohort cohort(String arm) {
        return arm.equals("ALL") ? Cohort.ALL : Cohort.arm(arm);
    }

    /** Integers, so equal and not merely close. */
    @Test
    void countsAfterEveryEventWhatTheSnapshotsSay() {
        try (TopologyHarness pipeline = new TopologyHarness(state, WorkedExample.AS_OF)) {
            pipeline.plan(WorkedExample.protocol());
            List<WorkedExample.Snapshot> snapshots = WorkedExample.snapshots();
            int compared = 0;
            for (Step step : WorkedExample.steps()) {
                pipeline.report(step);
                for (WorkedExample.Snapshot snapshot : snapshots) {
                    if (snapshot.afterSeq() == step.seq()) {
                        Counts counts = Counts.of(pipeline, snapshot);
                        assertThat(counts.values).as("%s", snapshot).isEqualTo(snapshot.histogram());
                        assertThat(counts.pairs).as("%s", snapshot).isEqualTo(snapshot.pairHistogram());
                        compared++;
                    }
                }
            }
            assertThat(compared).isEqualTo(snapshots.size());
        }
    }

    /** The tally's rows in the notation of the snapshots. */
    private record Counts(String values, String pairs) {
        static Counts of(TopologyHarness pipeline, WorkedExample.Snapshot snapshot) {
            TreeMap<Integer, Long> values = new TreeMap<>();
            TreeMap<List<Integer>, Long> pairs = new TreeMap<>((a, b) -> {
                int baseline = a.get(0).compareTo(b.get(0));
                return baseline != 0 ? baseline : a.get(1).compareTo(b.get(1));
            });
            pipeline.scores(snapshot.visit(), snapshot.instrument()).forEach((score, count) -> {
                if (snapshot.arm().equals("ALL")
                        || snapshot.arm().equals(score.cell().arm())) {
                    values.merge(score.value().intValueExact(), count, Long::sum);
                    if (score.baseline() != null) {
                        pairs.merge(
                                List.of(
                                        score.baseline().intValueExact(),
                                        score.value().intValueExact()),
                                count,
                                Long::sum);
                    }
                }
            });
            List<String> valueCounts = new ArrayList<>();
            values.forEach((value, count) -> valueCounts.add(value + ":" + count));
            List<String> pairCounts = new ArrayList<>();
            pairs.forEach((pair, count) -> pairCounts.add(pair.get(0) + ">" + pair.get(1) + ":" + count));
            return new Counts(String.join(";", valueCounts), String.join(";", pairCounts));
        }
    }
}

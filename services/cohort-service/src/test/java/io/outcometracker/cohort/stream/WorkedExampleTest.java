package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline against figures that were checked in R. */
class WorkedExampleTest {
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

package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By how many participants two states of an endpoint differ in what is read from them. */
final class Differences {
    /** What figures are computed from. */
    enum Kind {
        /** Scores with their baselines, and results outside limits. */
        RESULTS,
        SCORES,
        /** Scores with their baselines, of those who have one. */
        PAIRS,
        /** Scores of those who have no baseline: what scores have and pairs have not. */
        UNPAIRED,
        /** Pairs with a baseline above zero, which have a percent change. */
        PAIRS_ABOVE_ZERO
    }

    /** Participants who cannot be told apart by figures of the kind. */
    private record Alike(
            Kind kind, @Nullable BigDecimal value, @Nullable BigDecimal baseline) {}

    private final Map<Cell, Map<Alike, Long>> differences = new HashMap<>();

    static Differences of(Map<TallyRow, Long> before, Map<TallyRow, Long> after) {
        Differences differences = new Differences();
        before.forEach((row, count) -> differences.add(row, -count));
        after.forEach(differences::add);
        return differences;
    }

    private void add(TallyRow row, long count) {
        Result result = (Result) row;
        BigDecimal value = result.value();
        if (value != null) {
            BigDecimal baseline = result.baseline();
            add(row.cell(), new Alike(Kind.RESULTS, value, baseline), count);
            add(row.cell(), new Alike(Kind.SCORES, value, null), count);
            Kind paired = baseline == null ? Kind.UNPAIRED : Kind.PAIRS;
            add(row.cell(), new Alike(paired, value, baseline), count);
            if (baseline != null && baseline.signum() > 0) {
                add(row.cell(), new Alike(Kind.PAIRS_ABOVE_ZERO, value, baseline), count);
            }
        } else if (result.report() == Report.OUTSIDE_LIMITS) {
            add(row.cell(), new Alike(Kind.RESULTS, null, null), count);
        }
    }

    private void add(Cell cell, Alike alike, long count) {
        differences.computeIfAbsent(cell, it -> new HashMap<>()).merge(alike, count, Long::sum);
    }

    /** The fewest participants by whom the cells together can differ. */
    long participants(Kind kind, Collection<Cell> cells) {
        Map<Alike, Long> sums = new HashMap<>();
        for (Cell cell : cells) {
            differences.getOrDefault(cell, Map.of()).forEach((alike, count) -> {
                if (alike.kind == kind) {
                    sums.merge(alike, count, Long::sum);
                }
            });
        }
        // Someone whose score changes is taken away once and added once.
        long added = sums.values().stream().mapToLong(it -> Math.max(0, it)).sum();
        long taken = sums.values().stream().mapToLong(it -> Math.max(0, -it)).sum();
        return Math.max(added, taken);
    }
}

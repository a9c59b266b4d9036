package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Received;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Score;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By how many participants two states of an endpoint differ in what is read from them. */
final class Differences {
    /** What figures are computed from. */
    private enum Kind {
        SCORES,
        PAIRED_SCORES,
        UNPAIRED_SCORES,
        OUTSIDE_LIMITS
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
        if (row instanceof Score score) {
            add(row.cell(), new Alike(Kind.SCORES, score.value(), null), count);
            Kind kind = score.baseline() == null ? Kind.UNPAIRED_SCORES : Kind.PAIRED_SCORES;
            add(row.cell(), new Alike(kind, score.value(), score.baseline()), count);
        } else if (row instanceof Received received && received.report() == Report.OUTSIDE_LIMITS) {
            add(row.cell(), new Alike(Kind.OUTSIDE_LIMITS, null, null), count);
        }
    }

    private void add(Cell cell, Alike alike, long count) {
        differences.computeIfAbsent(cell, it -> new HashMap<>()).merge(alike, count, Long::sum);
    }

    /** The participants by whom the cells together differ in the kind in which they differ most. */
    long largest(Collection<Cell> cells) {
        return participants(cells).values().stream()
                .mapToLong(Sizes::participants)
                .max()
                .orElse(0);
    }

    boolean areEmptyOrAtLeast(int least, List<Cell> cells) {
        return participants(cells).values().stream()
                .mapToLong(Sizes::participants)
                .allMatch(it -> it == 0 || it >= least);
    }

    private Map<Kind, Sizes> participants(Collection<Cell> cells) {
        Map<Alike, Long> sums = new HashMap<>();
        for (Cell cell : cells) {
            differences.getOrDefault(cell, Map.of()).forEach((alike, count) -> sums.merge(alike, count, Long::sum));
        }
        Map<Kind, Sizes> sizes = new HashMap<>();
        sums.forEach((alike, count) -> sizes.merge(alike.kind, Sizes.of(count), Sizes::plus));
        return sizes;
    }

    private record Sizes(long added, long taken) {
        static Sizes of(long count) {
            return new Sizes(Math.max(0, count), Math.max(0, -count));
        }

        Sizes plus(Sizes other) {
            return new Sizes(added + other.added, taken + other.taken);
        }

        /** Someone whose score changes is taken away once and added once. */
        long participants() {
            return Math.max(added, taken);
        }
    }
}

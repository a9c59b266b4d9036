package io.outcometracker.statistics;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a cohort: how many participants have each observation. Adding and retracting commute, so the tally
 * depends only on what is in it, never on the way it came about. Not safe for concurrent use.
 */
public final class CohortTally {

    private static final Comparator<Observation> BY_VALUE_THEN_BASELINE = Comparator.comparingLong(Observation::value)
            .thenComparing(Observation::baseline, Comparator.nullsFirst(Comparator.naturalOrder()));

    private final SortedMap<Observation, Long> counts = new TreeMap<>(BY_VALUE_THEN_BASELINE);
    private long n;

    /**
     * Counts participants in.
     *
     * @param count how many participants, at least 1
     * @throws ArithmeticException when more than {@link Long#MAX_VALUE} participants would be held; nothing is added
     */
    public void add(Observation observation, long count) {
        requirePositive(count);
        n = Math.addExact(n, count);
        counts.merge(observation, count, Long::sum);
    }

    /**
     * Counts participants out again.
     *
     * @param count how many participants, at least 1
     * @throws IllegalStateException when fewer than that many are held; nothing is retracted
     */
    public void retract(Observation observation, long count) {
        requirePositive(count);
        long held = counts.getOrDefault(observation, 0L);
        if (held < count) {
            throw new IllegalStateException(
                    "retracted more of an observation than was added: held " + held + ", retracted " + count);
        }
        n -= count;
        if (held == count) {
            counts.remove(observation);
        } else {
            counts.put(observation, held - count);
        }
    }

    /** The number of participants with a value. */
    public long n() {
        return n;
    }

    /** A live, unmodifiable view of the counts, all at least 1, sorted by value, then baseline, missing baseline first. */
    public SortedMap<Observation, Long> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    long count(Predicate<Observation> condition) {
        return counts.entrySet().stream()
                .filter(entry -> condition.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Counts by a number read from each observation; observations for which it is null are left out. */
    SortedMap<BigDecimal, Long> countsBy(Function<Observation, @Nullable BigDecimal> number) {
        SortedMap<BigDecimal, Long> byNumber = new TreeMap<>();
        counts.forEach((observation, count) -> {
            BigDecimal key = number.apply(observation);
            if (key != null) {
                byNumber.merge(key, count, Long::sum);
            }
        });
        return byNumber;
    }

    private static void requirePositive(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1: " + count);
        }
    }
}

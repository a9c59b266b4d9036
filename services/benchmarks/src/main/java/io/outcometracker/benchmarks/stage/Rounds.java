package io.outcometracker.benchmarks.stage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Runs all that are compared one after the other, and that several times, so that what disturbs the machine disturbs all. */
public final class Rounds {
    public static final int COUNT = Integer.getInteger("bench.rounds", 3);

    private Rounds() {}

    /**
     * @param contestants by name, in the order in which they run
     * @param measure what one run gives
     */
    public static <C> Map<String, Spread> of(Map<String, C> contestants, ToDoubleFunction<C> measure) {
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        for (int round = 0; round < COUNT; round++) {
            contestants.forEach((name, contestant) ->
                    rounds.computeIfAbsent(name, it -> new ArrayList<>()).add(measure.applyAsDouble(contestant)));
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        rounds.forEach((name, values) -> spreads.put(name, Spread.of(values)));
        return spreads;
    }
}

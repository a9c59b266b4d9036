package io.outcometracker.loader.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Draws that are the same for the same seed on every platform: {@link Random} is specified to the bit. */
final class Chance {
    private final Random random;

    Chance(long seed) {
        this.random = new Random(seed);
    }

    /** From 0 to less than 1. */
    double share() {
        return random.nextDouble();
    }

    boolean happens(double probability) {
        return share() < probability;
    }

    int between(int first, int last) {
        return first + (int) (share() * (last - first + 1));
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(between(0, choices.size() - 1));
    }

    <T> List<T> shuffled(List<T> items) {
        List<T> shuffled = new ArrayList<>(items);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, between(0, i));
        }
        return shuffled;
    }

    /** Nearly normal, with mean 0 and standard deviation 1. */
    double gauss() {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += share();
        }
        return sum;
    }
}

package io.outcometracker.testkit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Where the random tests of a build start; {@link SeededTest} is the usual way to them. */
public final class Seeds {

    /** The system property that replaces all seeds by one: {@code -Dtest.seed=42}. */
    static final String PROPERTY = "test.seed";

    private Seeds() {}

    /**
     * Nine fixed seeds, so that every build covers the same ground, and a fresh one, so that builds go on finding
     * something new.
     *
     * @return sets of one {@code long}, named after the option that repeats the run
     * @throws NumberFormatException if {@code test.seed} is not a {@code long}
     */
    public static Stream<Arguments> seeds() {
        String only = System.getProperty(PROPERTY);
        Stream<Long> seeds = only != null
                ? Stream.of(Long.valueOf(only))
                : Stream.of(
                        1L,
                        2L,
                        3L,
                        5L,
                        8L,
                        13L,
                        21L,
                        34L,
                        55L,
                        ThreadLocalRandom.current().nextLong());
        return seeds.map(seed -> Arguments.argumentSet("-D" + PROPERTY + "=" + seed, seed));
    }
}

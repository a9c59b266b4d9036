package io.outcometracker.statistics;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Seeds of the random tests: some that stay and a fresh one, or the one given by {@code -Dtest.seed=}. */
final class Seeds {

    private Seeds() {}

    static Stream<Arguments> all() {
        Long given = Long.getLong("test.seed");
        Stream<Long> seeds = given != null
                ? Stream.of(given)
                : Stream.of(1L, 2L, 3L, ThreadLocalRandom.current().nextLong());
        return seeds.map(seed -> Arguments.argumentSet("-Dtest.seed=" + seed, seed));
    }
}

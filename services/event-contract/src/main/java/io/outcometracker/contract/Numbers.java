package io.outcometracker.contract;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What published numbers keep to; one that is absent keeps to everything. */
final class Numbers {
    private Numbers() {}

    static void requireFinite(@Nullable Double... numbers) {
        if (Stream.of(numbers).anyMatch(it -> it != null && !Double.isFinite(it))) {
            throw new IllegalArgumentException("a number that is not defined is absent, never infinite or NaN");
        }
    }

    static void requireNotNegative(String fields, @Nullable Double... numbers) {
        requireFinite(numbers);
        if (Stream.of(numbers).anyMatch(it -> it != null && it < 0)) {
            throw new IllegalArgumentException(fields + " must be 0 or more");
        }
    }

    static void requireRatio(String fields, @Nullable Double... numbers) {
        requireFinite(numbers);
        if (Stream.of(numbers).anyMatch(it -> it != null && (it < 0 || it > 1))) {
            throw new IllegalArgumentException(fields + " must be 0 to 1");
        }
    }

    static void requireCounts(String fields, long... counts) {
        if (LongStream.of(counts).anyMatch(it -> it < 0)) {
            throw new IllegalArgumentException(fields + " must be 0 or more");
        }
    }
}

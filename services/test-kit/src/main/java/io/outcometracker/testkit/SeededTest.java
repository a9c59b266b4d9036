package io.outcometracker.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test that runs once per seed of {@link Seeds#seeds()}. A failed run prints its seed, and {@code -Dtest.seed=...}
 * repeats it:
 *
 * <pre>{@code
 * @SeededTest
 * void sumsDoNotDependOnOrder(long seed) {
 *     var random = new Random(seed);
 * }
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@MethodSource("io.outcometracker.testkit.Seeds#seeds")
@ExtendWith(SeededTest.PrintsTheSeedOfAFailure.class)
public @interface SeededTest {

    /** Surefire's report has the index of a failed run, not its display name. */
    final class PrintsTheSeedOfAFailure implements TestWatcher {
        @Override
        public void testFailed(ExtensionContext run, @Nullable Throwable cause) {
            System.err.printf(
                    "%s.%s failed: repeat with %s%n",
                    run.getRequiredTestClass().getSimpleName(),
                    run.getRequiredTestMethod().getName(),
                    run.getDisplayName());
        }
    }
}

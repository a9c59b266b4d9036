package io.outcometracker.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message last did to one place of a trial.
 *
 * @param value absent where it took away what was there
 * @param message by which
 */
record Change<V>(Kind kind, Place place, @Nullable V value, Message message) {
    enum Kind {
        METRIC,
        COMPLETENESS,
        SUMMARY;

        static final String FLOW = "participant-flow";

        /** What is made of it, as the API names it. */
        List<String> resources() {
            return switch (this) {
                case METRIC -> List.of("metrics");
                case COMPLETENESS -> List.of("completeness");
                case SUMMARY -> List.of(FLOW, "adverse-events");
            };
        }
    }

    /**
     * Where a message stands.
     *
     * @param partition its place in {@link Progress#next()}
     */
    record Message(int partition, long offset) {}
}

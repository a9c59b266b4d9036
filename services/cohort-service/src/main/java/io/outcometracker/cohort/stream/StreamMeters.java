package io.outcometracker.cohort.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Metrics of what the streams do. A transaction that failed is done again, and counted again. Not of the numbers of
 * cohorts, which are the metrics-service's.
 */
public final class StreamMeters {
    /** Under this name the streams' configuration has it, for those whom Kafka creates by their class. */
    public static final String SETTING = "outcomes.cohort.meters";

    private static final Duration[] FRESHNESS_BUCKETS = LongStream.of(
                    50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 30_000, 60_000, 300_000,
                    3_600_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterProvider<Counter> dispositions;
    private final MeterProvider<Counter> deadLetters;
    private final Timer freshness;

    public StreamMeters(MeterRegistry registry) {
        dispositions = Counter.builder("outcomes.processing.dispositions")
                .description(
                        "What was decided of records since the start; once more where it was repeated after a failure")
                .withRegistry(registry);
        deadLetters = Counter.builder("outcomes.processing.dead.letters")
                .description("Messages since the start that cannot be used, and are skipped")
                .withRegistry(registry);
        freshness = Timer.builder("outcomes.processing.freshness")
                .description(
                        "Time from when the oldest record in a publication was stored to the publication of its tally")
                .serviceLevelObjectives(FRESHNESS_BUCKETS)
                .register(registry);
        // So that they are there, with 0, before there is something to count.
        Topics.OF_PARTICIPANTS.stream().map(Topic::name).forEach(it -> deadLetters.withTag("topic", it));
    }

    void decided(Disposition disposition) {
        dispositions
                .withTags(
                        "trial", disposition.trial(), "fate", disposition.fate().name())
                .increment();
    }

    void skipped(String topic) {
        deadLetters.withTag("topic", topic).increment();
    }

    /** The clock of the broker or the sender may be ahead of this one's. */
    void published(Duration afterStored) {
        freshness.record(afterStored.isNegative() ? Duration.ZERO : afterStored);
    }
}

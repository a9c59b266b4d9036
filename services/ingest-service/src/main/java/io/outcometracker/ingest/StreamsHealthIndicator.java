package io.outcometracker.ingest;

import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.config.StreamsBuilderFactoryBean;

/** Up while decisions are read. */
final class StreamsHealthIndicator implements HealthIndicator {
    private final StreamsBuilderFactoryBean streams;

    StreamsHealthIndicator(StreamsBuilderFactoryBean streams) {
        this.streams = streams;
    }

    @Override
    public Health health() {
        @Nullable KafkaStreams client = streams.getKafkaStreams();
        boolean up = client != null && client.state().isRunningOrRebalancing();
        return (up ? Health.up() : Health.down()).build();
    }
}

package io.outcometracker.cohort.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.cohort.verify.Comparison.Result;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A log without a broker, each topic of one partition, for tests that know what was written to it. */
public final class LogFixture {
    private final Log log = new Log();
    private final Map<String, Long> ends = new HashMap<>();

    public <V> void report(Topic<V> topic, String key, V value) {
        write(topic.name(), key, Json.MAPPER.writeValueAsBytes(value));
    }

    public void publish(String topic, String key, @Nullable String value) {
        write(topic, key, value == null ? null : value.getBytes(UTF_8));
    }

    private void write(String topic, String key, byte @Nullable [] value) {
        long offset = ends.merge(topic, 1L, Long::sum) - 1;
        log.add(new ConsumerRecord<>(topic, 0, offset, key, value));
    }

    public long figures(String trial, Instant now) {
        return Comparison.of(log, trial, now).values().stream()
                .mapToLong(Result::figures)
                .sum();
    }

    public List<Difference> differences(String trial, Instant now) {
        return Comparison.of(log, trial, now).values().stream()
                .flatMap(it -> it.differences().stream())
                .toList();
    }
}

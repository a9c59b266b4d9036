package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;

/**
 * A public topic: what it is called, who writes it, how long it is kept, and what its values are. Keys are strings.
 *
 * @param owner the only service that writes it; {@code *} where each writes its own acts
 * @param partitions partitions at creation; the same for all participant-level topics, so that joins are local
 */
public record Topic<V>(String name, String owner, Kept kept, int partitions, Class<V> valueType) {

    /** How long messages are kept. */
    public enum Kept {
        /** The last message of each key. */
        LATEST,
        FOR_EVER,
        NINETY_DAYS
    }

    public Topic {
        requireNonNull(name, "name");
        requireNonNull(kept, "kept");
    }

    public Serde<V> serde() {
        return Json.serde(valueType);
    }

    /** Schema of the values, a resource of this module. */
    public String schema() {
        return "/schemas/" + name.replace("outcomes.", "").replaceAll("\\.v(\\d+)$", "-v$1") + ".schema.json";
    }

    Map<String, String> settings() {
        return switch (kept) {
            case LATEST -> Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            case FOR_EVER ->
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1",
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        "-1");
            case NINETY_DAYS ->
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(Duration.ofDays(90).toMillis()));
        };
    }

    NewTopic creation() {
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings());
    }
}

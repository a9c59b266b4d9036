package io.outcometracker.contract;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;

/**
 * A public topic: what it is called, who writes it, how long it is kept, and what its values are. Keys are strings.
 *
 * @param owner the only service that writes it; {@code *} where each writes its own acts
 * @param readers services that need to read it to work, as {@link Services} names them
 * @param partitions partitions at creation; the same for all participant-level topics, so that joins are local
 * @param audiences who may read it, besides the services that need it to work
 */
public record Topic<V>(
        String name,
        String owner,
        Set<String> readers,
        Kept kept,
        int partitions,
        Class<V> valueType,
        Set<Audience> audiences) {
    /** Owner of what each service writes. */
    static final String EVERY_SERVICE = "*";

    /** People and their tools, to whom a deployment may give read access. */
    public enum Audience {
        /** Sees no arm of a masked trial, and no small group. */
        SPONSOR,
        /** Sees everything that is published, the arms of masked trials too. */
        UNBLINDED,
        /** Everyone. */
        PUBLIC,
        AUDITORS
    }

    /** How long messages are kept. */
    public enum Kept {
        /** The last message of each key. */
        LATEST,
        FOR_EVER,
        NINETY_DAYS
    }

    public Topic {
        requireNonNull(name, "name");
        readers = Set.copyOf(readers);
        requireNonNull(kept, "kept");
        audiences = Set.copyOf(audiences);
    }

    public boolean isWrittenBy(String service) {
        return owner.equals(service) || owner.equals(EVERY_SERVICE);
    }

    public boolean isReadBy(String service) {
        return readers.contains(service);
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

package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outcometracker.contract.Topic;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a topic.
 *
 * @param json its value; absent where nothing is to be seen under its key any more
 */
record Published(Topic<?> topic, @Nullable String json) {
    /** Only ever written. */
    static final Serde<Published> SERDE = Serdes.serdeFrom(
            (name, message) -> message.json == null ? null : message.json.getBytes(UTF_8), (name, bytes) -> {
                throw new UnsupportedOperationException("messages are read by their topic's own type");
            });

    /** Leads each message to its topic. */
    static final class ToItsTopic implements TopicNameExtractor<String, Published> {
        @Override
        public String extract(String key, Published message, RecordContext context) {
            return message.topic.name();
        }

        /** As the description of the topology shows it. */
        @Override
        public String toString() {
            return "topic of the message";
        }
    }
}

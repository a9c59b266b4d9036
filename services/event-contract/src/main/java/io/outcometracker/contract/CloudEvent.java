package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Headers of a public message: CloudEvents 1.0, Kafka protocol binding, binary mode, and the trace that it belongs to. */
public final class CloudEvent {
    private static final Header SPEC_VERSION = new RecordHeader("ce_specversion", "1.0".getBytes(UTF_8));
    private static final String ID = "ce_id";
    private static final String TYPE = "ce_type";
    private static final String SOURCE = "ce_source";
    private static final String TIME = "ce_time";
    private static final Header CONTENT_TYPE = new RecordHeader("content-type", "application/json".getBytes(UTF_8));
    private static final List<String> NAMES = List.of(SPEC_VERSION.key(), ID, TYPE, SOURCE, TIME, CONTENT_TYPE.key());

    private CloudEvent() {}

    /**
     * @param source the service that writes the message
     * @param id unique within the source; the same for a message that is sent again
     */
    public static <V> ProducerRecord<String, V> message(
            Topic<V> topic, String key, V value, String source, String id, Instant time) {
        ProducerRecord<String, V> message = new ProducerRecord<>(topic.name(), key, value);
        describe(message.headers(), topic, source, id, time);
        return message;
    }

    public static <V> ProducerRecord<String, V> message(
            Topic<V> topic, String key, V value, String source, Instant time) {
        return message(topic, key, value, source, UUID.randomUUID().toString(), time);
    }

    public static void describe(Headers headers, Topic<?> topic, String source, String id, Instant time) {
        if (headers.iterator().hasNext()) {
            NAMES.forEach(headers::remove);
        }
        headers.add(SPEC_VERSION)
                .add(ID, id.getBytes(UTF_8))
                .add(TYPE, ("io.outcometracker." + topic.name().substring("outcomes.".length())).getBytes(UTF_8))
                .add(SOURCE, ("/" + source).getBytes(UTF_8))
                .add(TIME, time.toString().getBytes(UTF_8))
                .add(CONTENT_TYPE);
        MessageTrace.goOn(headers);
    }
}

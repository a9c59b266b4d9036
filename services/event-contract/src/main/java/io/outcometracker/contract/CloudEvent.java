package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Headers of a public message: CloudEvents 1.0, Kafka protocol binding, binary mode, and the trace that it belongs to. */
public final class CloudEvent {
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
        put(headers, "ce_specversion", "1.0");
        put(headers, "ce_id", id);
        put(headers, "ce_type", "io.outcometracker." + topic.name().substring("outcomes.".length()));
        put(headers, "ce_source", "/" + source);
        put(headers, "ce_time", time.toString());
        put(headers, "content-type", "application/json");
        MessageTrace.goOn(headers);
    }

    private static void put(Headers headers, String key, String value) {
        headers.remove(key).add(key, value.getBytes(UTF_8));
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.contract.CloudEvent;
import io.outcometracker.contract.Topic;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Replaces the headers of the event that caused a message by the message's own. */
final class CloudEventHeaders<V> implements FixedKeyProcessor<String, V, V> {
    private final Function<V, Topic<?>> topicOf;

    @SuppressWarnings("NullAway.Init")
    private FixedKeyProcessorContext<String, V> context;

    CloudEventHeaders(Function<V, Topic<?>> topicOf) {
        this.topicOf = topicOf;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, V> processorContext) {
        context = processorContext;
    }

    @Override
    public void process(FixedKeyRecord<String, V> message) {
        Headers headers = message.headers();
        for (Header header : Arrays.asList(headers.toArray())) {
            headers.remove(header.key());
        }
        Topic<?> topic = topicOf.apply(message.value());
        Instant time = Instant.ofEpochMilli(context.currentSystemTimeMs());
        CloudEvent.describe(headers, topic, topic.owner(), UUID.randomUUID().toString(), time);
        context.forward(message);
    }
}

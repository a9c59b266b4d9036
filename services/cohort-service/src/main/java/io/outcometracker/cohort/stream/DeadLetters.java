package io.outcometracker.cohort.stream;

import io.outcometracker.contract.CloudEvent;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves an unreadable message where it lies, writes down its position, and goes on. */
public final class DeadLetters implements DeserializationExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final String SERVICE = "cohort-service";

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> unreadable, Exception error) {
        LOG.atError()
                .addKeyValue("topic", unreadable.topic())
                .addKeyValue("partition", unreadable.partition())
                .addKeyValue("offset", unreadable.offset())
                .addKeyValue("error", error.getClass().getSimpleName())
                .log("Unreadable message skipped");
        return Response.resume(List.of(letter(unreadable, error)));
    }

    private static ProducerRecord<byte[], byte[]> letter(ConsumerRecord<byte[], byte[]> unreadable, Exception error) {
        Instant now = Instant.now();
        DeadLetter letter = new DeadLetter(
                SERVICE,
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                error.getClass().getSimpleName(),
                now);
        String topic = Topics.DEAD_LETTERS.name();
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topic,
                new StringSerializer().serialize(topic, unreadable.topic()),
                Topics.DEAD_LETTERS.serde().serializer().serialize(topic, letter));
        String id = unreadable.topic() + '-' + unreadable.partition() + '-' + unreadable.offset();
        CloudEvent.describe(message.headers(), Topics.DEAD_LETTERS, SERVICE, id, now);
        return message;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // Nothing to set.
    }
}

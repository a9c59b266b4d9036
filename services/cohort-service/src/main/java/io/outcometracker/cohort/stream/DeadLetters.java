package io.outcometracker.cohort.stream;

import io.outcometracker.contract.CloudEvent;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves a message that cannot be used where it lies, writes down its position, and goes on. */
public final class DeadLetters implements DeserializationExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final String SERVICE = "cohort-service";
    private static final Set<String> GLOBAL = Set.of(Topics.TRIALS.name(), Topics.UNBLINDINGS.name());

    private @Nullable StreamMeters meters;

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> unreadable, Exception error) {
        DeadLetter letter = letter(
                unreadable.topic(),
                unreadable.partition(),
                unreadable.offset(),
                error.getClass().getSimpleName());
        if (meters != null) {
            meters.skipped(unreadable.topic());
        }
        // Of what is a global table Streams has nothing to write a letter with, and would fail for good.
        return GLOBAL.contains(unreadable.topic()) ? Response.resume() : Response.resume(List.of(message(letter)));
    }

    /** Tells an operator, too. */
    static DeadLetter letter(String topic, int partition, long offset, String error) {
        LOG.atError()
                .addKeyValue("topic", topic)
                .addKeyValue("partition", partition)
                .addKeyValue("offset", offset)
                .addKeyValue("error", error)
                .log("Unusable message skipped");
        return new DeadLetter(SERVICE, topic, partition, offset, error, Instant.now());
    }

    private static ProducerRecord<byte[], byte[]> message(DeadLetter letter) {
        String topic = Topics.DEAD_LETTERS.name();
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topic,
                new StringSerializer().serialize(topic, letter.topic()),
                Topics.DEAD_LETTERS.serde().serializer().serialize(topic, letter));
        String id = letter.topic() + '-' + letter.partition() + '-' + letter.offset();
        CloudEvent.describe(message.headers(), Topics.DEAD_LETTERS, SERVICE, id, letter.failedAt());
        return message;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        meters = (StreamMeters) configs.get(StreamMeters.SETTING);
    }
}

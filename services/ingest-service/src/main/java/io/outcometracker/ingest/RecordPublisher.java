package io.outcometracker.ingest;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.CloudEvent;
import io.outcometracker.contract.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to Kafka. */
final class RecordPublisher {
    private static final Logger log = LoggerFactory.getLogger(RecordPublisher.class);
    static final String SOURCE = "ingest-service";

    private final Producer<String, byte[]> producer;
    private final Duration ackTimeout;

    RecordPublisher(Producer<String, byte[]> producer, Duration ackTimeout) {
        this.producer = producer;
        this.ackTimeout = ackTimeout;
    }

    /** @param id the same for a message that is sent again */
    static <V> ProducerRecord<String, byte[]> message(Topic<V> topic, String key, V value, String id, Instant time) {
        byte[] bytes = topic.serde().serializer().serialize(topic.name(), value);
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic.name(), key, bytes);
        CloudEvent.describe(message.headers(), topic, SOURCE, id, time);
        return message;
    }

    /**
     * Writes the messages in order and waits until all are stored for good.
     *
     * @throws RequestRefused if Kafka did not acknowledge all of them in time; some may be stored
     */
    List<RecordMetadata> publish(List<ProducerRecord<String, byte[]>> messages) {
        long deadline = System.nanoTime() + ackTimeout.toNanos();
        try {
            List<RecordMetadata> stored = new ArrayList<>();
            for (Future<RecordMetadata> sent : send(messages, deadline)) {
                stored.add(await(sent, deadline));
            }
            return stored;
        } catch (ExecutionException e) {
            throw unavailable(requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException | KafkaException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    /** Writes what is good to have, without waiting for it. */
    void report(List<ProducerRecord<String, byte[]>> messages) {
        try {
            send(messages, System.nanoTime() + ackTimeout.toNanos());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            log.atWarn()
                    .addKeyValue("messages", messages.size())
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("rejections not stored");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at the first message that fails: each send may block while Kafka is away. */
    private List<Future<RecordMetadata>> send(List<ProducerRecord<String, byte[]>> messages, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(messages.size());
        for (ProducerRecord<String, byte[]> message : messages) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("not all were sent in time");
            }
            Future<RecordMetadata> future = producer.send(message);
            if (future.isDone()) {
                await(future, deadline);
            }
            sent.add(future);
        }
        return sent;
    }

    private static RecordMetadata await(Future<RecordMetadata> sent, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        return sent.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private static RequestRefused unavailable(Throwable cause) {
        log.atWarn().addKeyValue("error", cause.getClass().getSimpleName()).log("Kafka did not acknowledge");
        return new RequestRefused(
                ProblemType.KAFKA_UNAVAILABLE, "send the same again later: records that are stored count once");
    }
}

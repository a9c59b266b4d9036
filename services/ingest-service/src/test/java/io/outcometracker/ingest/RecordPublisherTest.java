package io.outcometracker.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecordPublisherTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private static MockProducer<String, byte[]> producer(boolean acknowledges) {
        return new MockProducer<>(acknowledges, null, new StringSerializer(), new ByteArraySerializer());
    }

    private static List<ProducerRecord<String, byte[]>> messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(it ->
                        new ProducerRecord<>("topic", "key", String.valueOf(it).getBytes(UTF_8)))
                .toList();
    }

    @Test
    void writesInOrder() {
        MockProducer<String, byte[]> producer = producer(true);

        new RecordPublisher(producer, SHORT).publish(messages(3));

        assertThat(producer.history())
                .extracting(it -> new String(it.value(), UTF_8))
                .containsExactly("0", "1", "2");
    }

    @Test
    void refusesTheRequestWhenAnAcknowledgementDoesNotCome() {
        RecordPublisher publisher = new RecordPublisher(producer(false), SHORT);

        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> publisher.publish(messages(2)))
                .matches(it -> it.type() == ProblemType.KAFKA_UNAVAILABLE);
    }

    @Test
    void sendsNoMoreAfterAFailure() {
        MockProducer<String, byte[]> producer = producer(true);
        producer.sendException = new TimeoutException("no metadata");
        RecordPublisher publisher = new RecordPublisher(producer, SHORT);

        assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> publisher.publish(messages(3)));

        assertThat(producer.history()).isEmpty();
    }

    @Test
    void refusesTheRequestWhenKafkaRefusesARecord() {
        MockProducer<String, byte[]> producer = producer(false);
        RecordPublisher publisher = new RecordPublisher(producer, Duration.ofMinutes(1));
        Thread answers = new Thread(() -> {
            while (!producer.errorNext(new KafkaException("no"))) {
                Thread.onSpinWait();
            }
        });
        answers.start();

        assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> publisher.publish(messages(1)));
    }

    @Test
    void goesOnWhenARejectionCannotBeStored() {
        MockProducer<String, byte[]> producer = producer(true);
        producer.sendException = new TimeoutException("no metadata");

        new RecordPublisher(producer, SHORT).report(messages(3));

        assertThat(producer.history()).isEmpty();
    }

    @Test
    void doesNotWaitForRejections() {
        MockProducer<String, byte[]> producer = producer(false);

        new RecordPublisher(producer, SHORT).report(messages(3));

        assertThat(producer.history()).hasSize(3);
    }
}

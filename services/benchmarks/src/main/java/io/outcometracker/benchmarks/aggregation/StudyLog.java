package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.CloudEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Services;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes a study to the topics as ingest-service does, but straight. */
final class StudyLog implements Study.Reader, AutoCloseable {
    private final Producer<String, byte[]> producer;
    private long written;
    private long followUps;
    private long bytes;

    StudyLog(Broker broker) {
        Map<String, Object> settings = new HashMap<>(broker.settings());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L * 1024 * 1024);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    void write(Study study) {
        study.protocols().forEach(this::planned);
        study.read(this);
        producer.flush();
    }

    void planned(Protocol protocol) {
        send(Topics.TRIALS, protocol.trial(), protocol, protocol.trial());
    }

    @Override
    public void enrolled(Enrolment enrolment) {
        send(Topics.ENROLMENTS, enrolment.key().toString(), enrolment, enrolment.participant());
    }

    @Override
    public void followedUp(FollowUp followUp) {
        followUps++;
        send(Topics.FOLLOW_UPS, followUp.key().toString(), followUp, followUp.recordId() + '-' + followUp.version());
    }

    private <V> void send(Topic<V> topic, String key, V value, String id) {
        Instant at = Study.at(written++);
        byte[] body = topic.serde().serializer().serialize(topic.name(), value);
        bytes += body.length;
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic.name(), null, at.toEpochMilli(), key, body);
        CloudEvent.describe(message.headers(), topic, Services.INGEST, id, at);
        // What is not stored shows in what is counted.
        var unused = producer.send(message);
    }

    /** Until it is with the broker. */
    void flush() {
        producer.flush();
    }

    long followUps() {
        return followUps;
    }

    /** Of everything that was written. */
    long records() {
        return written;
    }

    long bytesPerRecord() {
        return bytes / Math.max(1, written);
    }

    @Override
    public void close() {
        producer.close();
    }
}

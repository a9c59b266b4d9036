package io.outcometracker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tests may expect of either broker. */
abstract class KafkaContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    abstract TestKafka kafka();

    @Test
    void readsWhatWasCommittedAndNothingElse() {
        String topic = kafka().createTopic("committed", 3);
        Map<String, Object> settings = new HashMap<>(kafka().clientSettings());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TestKafka.unique("writer"));

        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(topic, "a", "committed")))
                    .succeedsWithin(TIMEOUT);
            assertThat(producer.send(new ProducerRecord<>(topic, "b", "committed")))
                    .succeedsWithin(TIMEOUT);
            producer.commitTransaction();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(topic, "c", "aborted")))
                    .succeedsWithin(TIMEOUT);
            producer.abortTransaction();
        }

        var records = kafka().read(
                        topic,
                        new StringDeserializer(),
                        new StringDeserializer(),
                        it -> assertThat(it).isNotEmpty());
        assertThat(records).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void runsAStreamExactlyOnce(@TempDir Path stateDirectory) {
        String words = kafka().createTopic("words", 2);
        String counts = kafka().createTopic("counts", 2);
        var builder = new StreamsBuilder();
        builder.stream(words, Consumed.with(Serdes.String(), Serdes.String()))
                .groupByKey()
                .count(Materialized.as("counts"))
                .toStream()
                .to(counts, Produced.with(Serdes.String(), Serdes.Long()));
        var settings = new Properties();
        settings.putAll(kafka().clientSettings());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, TestKafka.unique("counter"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");

        kafka().produce(
                        new StringSerializer(),
                        new StringSerializer(),
                        List.of(
                                new ProducerRecord<>(words, "mood", "1"),
                                new ProducerRecord<>(words, "pain", "4"),
                                new ProducerRecord<>(words, "pain", "5")));
        try (var streams = new KafkaStreams(builder.build(), settings)) {
            streams.start();
            kafka().read(
                            counts,
                            new StringDeserializer(),
                            new LongDeserializer(),
                            records -> assertThat(records)
                                    .extracting(it -> it.key() + " " + it.value())
                                    .containsExactlyInAnyOrder("mood 1", "pain 1", "pain 2"));
        }
    }

    @Test
    void createsNoTopicUnasked() throws ExecutionException, InterruptedException {
        String unknown = TestKafka.unique("unknown");
        Map<String, Object> settings = new HashMap<>(kafka().clientSettings());
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1000);

        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
                var admin = Admin.create(kafka().clientSettings())) {
            assertThat(producer.send(new ProducerRecord<>(unknown, "value"))).isDone();
            assertThat(admin.listTopics().names().get()).doesNotContain(unknown);
        }
    }
}

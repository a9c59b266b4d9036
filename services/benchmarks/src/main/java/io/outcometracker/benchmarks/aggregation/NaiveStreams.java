package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Topics;
import java.nio.ByteBuffer;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Anchor: what one writes first with Kafka Streams. Joins each score with its participant's arm, repartitions by endpoint and arm, and keeps count, mean and
 * SD in doubles. An amendment counts besides what it amends, and what comes before its enrolment is lost.
 */
final class NaiveStreams {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private NaiveStreams() {}

    /** Welford's: count, mean, and sum of squared deviations. */
    private record Moments(long n, double mean, double m2) {
        static final Moments NONE = new Moments(0, 0, 0);
        static final Serde<Moments> SERDE = Serdes.serdeFrom(
                (topic, it) -> it == null
                        ? null
                        : ByteBuffer.allocate(24)
                                .putLong(it.n)
                                .putDouble(it.mean)
                                .putDouble(it.m2)
                                .array(),
                (topic, bytes) -> {
                    if (bytes == null) {
                        return null;
                    }
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    return new Moments(buffer.getLong(), buffer.getDouble(), buffer.getDouble());
                });

        Moments plus(double score) {
            double delta = score - mean;
            double next = mean + delta / (n + 1);
            return new Moments(n + 1, next, m2 + delta * (score - next));
        }
    }

    private record Score(String endpoint, double value) {}

    /** @param arguments Kafka's address, a directory for the state, the name of the consumer group, threads */
    public static void main(String... arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[1]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[2]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[3]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        KafkaStreams streams = new KafkaStreams(topology().build(), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static StreamsBuilder topology() {
        StreamsBuilder builder = new StreamsBuilder();
        KTable<String, String> arms = builder.stream(
                        Topics.ENROLMENTS.name(), Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .mapValues(it -> JSON.readTree(it).get("arm").asString())
                .toTable(Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as("arms")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.String()));
        builder.stream(Topics.FOLLOW_UPS.name(), Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .mapValues(it -> score(JSON.readTree(it)))
                .filter((key, score) -> !Double.isNaN(score.value))
                .join(
                        arms,
                        (score, arm) -> KeyValue.pair(score.endpoint + '|' + arm, score.value),
                        Joined.keySerde(Serdes.String()))
                .map((key, it) -> it)
                .groupByKey(Grouped.with("by-cohort", Serdes.String(), Serdes.Double()))
                .aggregate(
                        () -> Moments.NONE,
                        (cohort, score, moments) -> moments.plus(score),
                        Materialized.<String, Moments, KeyValueStore<Bytes, byte[]>>as("cohorts")
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Moments.SERDE));
        return builder;
    }

    private static Score score(JsonNode record) {
        JsonNode value = record.get("value");
        return new Score(
                record.get("trial").asString()
                        + '|'
                        + record.get("visit").asString()
                        + '|'
                        + record.get("instrument").asString(),
                value == null ? Double.NaN : value.asDouble());
    }
}

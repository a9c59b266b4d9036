package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Anchor: the least that can count the same records. One thread, everything in maps on the heap, nothing survives, doubles; the latest version
 * of each slot counts, by endpoint and arm. Prints how long it took and what came out.
 */
final class OneThreadConsumer {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, String> arms = new HashMap<>();
    private final Map<String, Held> slots = new HashMap<>();
    private final Map<String, Moments> cohorts = new HashMap<>();

    /** The version of a slot that counts; NaN where it was taken back. */
    private record Held(int version, double score) {}

    private static final class Moments {
        private long n;
        private double sum;
        private double squares;

        void add(double score, int sign) {
            n += sign;
            sum += sign * score;
            squares += sign * score * score;
        }

        double sd() {
            return Math.sqrt((squares - sum * sum / n) / (n - 1));
        }
    }

    /** @param arguments Kafka's address */
    public static void main(String... arguments) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        try (Consumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            new OneThreadConsumer().run(consumer);
        }
    }

    private void run(Consumer<String, byte[]> consumer) {
        long start = read(consumer, Topics.ENROLMENTS.name(), this::enrolled);
        read(consumer, Topics.FOLLOW_UPS.name(), this::followedUp);
        long nanos = System.nanoTime() - start;
        long n = cohorts.values().stream().mapToLong(it -> it.n).sum();
        double sd = cohorts.values().stream().mapToDouble(Moments::sd).average().orElse(Double.NaN);
        System.out.printf("RESULT %d %d %s%n", nanos, n, sd);
    }

    /** @return when the first record was there */
    private static long read(
            Consumer<String, byte[]> consumer,
            String topic,
            java.util.function.Consumer<ConsumerRecord<String, byte[]>> reader) {
        List<TopicPartition> partitions = IntStream.range(0, Topics.FOLLOW_UPS.partitions())
                .mapToObj(it -> new TopicPartition(topic, it))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long left = consumer.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        long start = 0;
        while (left > 0) {
            var records = consumer.poll(Duration.ofMillis(100));
            if (start == 0 && !records.isEmpty()) {
                start = System.nanoTime();
            }
            records.forEach(reader);
            left -= records.count();
        }
        return start;
    }

    private void enrolled(ConsumerRecord<String, byte[]> message) {
        arms.put(message.key(), JSON.readTree(message.value()).get("arm").asString());
    }

    private void followedUp(ConsumerRecord<String, byte[]> message) {
        JsonNode record = JSON.readTree(message.value());
        String endpoint = record.get("trial").asString()
                + '|'
                + record.get("visit").asString()
                + '|'
                + record.get("instrument").asString();
        int version = record.get("version").asInt();
        boolean retracted = record.get("status").asString().equals("entered-in-error");
        Held now =
                new Held(version, retracted ? Double.NaN : record.get("value").asDouble());
        String slot = message.key() + '|' + endpoint;
        Held before = slots.get(slot);
        if (before != null && before.version >= version) {
            return;
        }
        slots.put(slot, now);
        Moments cohort = cohorts.computeIfAbsent(endpoint + '|' + arms.get(message.key()), it -> new Moments());
        if (before != null && !Double.isNaN(before.score)) {
            cohort.add(before.score, -1);
        }
        if (!retracted) {
            cohort.add(now.score, 1);
        }
    }
}

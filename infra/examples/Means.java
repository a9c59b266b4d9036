//DEPS org.apache.kafka:kafka-clients:4.2.1
//DEPS tools.jackson.core:jackson-databind:3.1.5

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The mean of each arm at each visit: Means.java TRIAL INSTRUMENT [BROKERS] */
class Means {
    private static final String TOPIC = "outcomes.cohort-metrics.v1";

    public static void main(String[] args) {
        String brokers = args.length > 2 ? args[2] : "localhost:9092";
        latest(brokers).values().stream()
                .map(JsonMapper.shared()::readTree)
                .filter(it -> it.get("trial").asString().equals(args[0])
                        && it.get("instrument").asString().equals(args[1])
                        && it.at("/cohort/by").asString().equals("arm")
                        && !it.get("suppressed").asBoolean())
                .map(it -> String.join("\t",
                        it.get("visit").asString(), it.at("/cohort/value").asString(), number(it, "n"), number(it, "mean")))
                .forEach(System.out::println);
    }

    /** The last message of a key holds; one without value deletes its key. */
    private static Map<String, String> latest(String brokers) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
        Map<String, String> latest = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(it -> new TopicPartition(TOPIC, it.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
                    if (message.value() == null) {
                        latest.remove(message.key());
                    } else {
                        latest.put(message.key(), message.value());
                    }
                }
            }
        }
        return latest;
    }

    private static String number(JsonNode metric, String field) {
        return metric.path(field).asString("");
    }
}

//DEPS org.apache.kafka:kafka-streams:4.2.1
//DEPS tools.jackson.core:jackson-databind:3.1.5

import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many of the scores that are expected of it each site has not sent, over all visits and instruments, said again
 * whenever that changes: MissingBySite.java TRIAL [BROKERS]
 */
class MissingBySite {
    public static void main(String[] args) {
        StreamsBuilder builder = new StreamsBuilder();
        // A table takes the last message of a key, and a deletion too: what counted before is taken off.
        builder.table("outcomes.completeness.v1", Consumed.with(Serdes.String(), Serdes.String()))
                .filter((key, value) -> key.startsWith(args[0] + "|") && cohort(key).startsWith("site="))
                .groupBy(
                        (key, value) -> KeyValue.pair(cohort(key).substring("site=".length()), missing(value)),
                        Grouped.with(Serdes.String(), Serdes.Long()))
                .reduce(Long::sum, (sum, before) -> sum - before)
                .toStream()
                .foreach((site, missing) -> System.out.println(site + "\t" + missing));

        Properties settings = new Properties();
        settings.put("application.id", "missing-by-site-" + args[0]);
        settings.put("bootstrap.servers", args.length > 1 ? args[1] : "localhost:9092");
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("commit.interval.ms", 1000);
        // Nothing is kept on this machine: what was counted is on the broker.
        settings.put("dsl.store.suppliers.class", BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    /** The rest of a key after trial, visit and instrument. */
    private static String cohort(String key) {
        return key.split("\\|", 4)[3];
    }

    private static long missing(String value) {
        JsonNode completeness = JsonMapper.shared().readTree(value);
        return completeness.at("/counts/missing").asLong();
    }
}

package io.outcometracker.benchmarks.micro;

import io.outcometracker.contract.Topic;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A message that is read into its type and written again; the anchor knows no type and checks nothing but JSON. */
@State(Scope.Benchmark)
public abstract class JsonBenchmark<V> {
    private static final JsonMapper PLAIN = new JsonMapper();

    private final String topic;
    private final Serde<V> serde;
    private final V value;
    private final byte[] bytes;
    private final JsonNode tree;

    JsonBenchmark(Topic<V> topic, V value) {
        this.topic = topic.name();
        this.serde = topic.serde();
        this.value = value;
        this.bytes = serde.serializer().serialize(this.topic, value);
        this.tree = PLAIN.readTree(bytes);
    }

    @Benchmark
    public V read() {
        return serde.deserializer().deserialize(topic, bytes);
    }

    @Benchmark
    public JsonNode readAnchor() {
        return PLAIN.readTree(bytes);
    }

    @Benchmark
    public byte[] write() {
        return serde.serializer().serialize(topic, value);
    }

    @Benchmark
    public byte[] writeAnchor() {
        return PLAIN.writeValueAsBytes(tree);
    }
}

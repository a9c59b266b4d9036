package io.outcometracker.benchmarks.ingest;

import io.outcometracker.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How many records lie on a topic, and the topics of the anchors. */
final class RecordCount implements AutoCloseable {
    static final String CEILING = "ceiling";
    static final String TOOL = "producer-tool";
    private static final int PARTITIONS = Topics.FOLLOW_UPS.partitions();

    private final Admin admin;

    RecordCount(Map<String, Object> settings) {
        this.admin = Admin.create(settings);
        create(CEILING);
        create(TOOL);
    }

    /** Partitioned as that of the follow-ups is. */
    private void create(String topic) {
        await(admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())))
                .all());
    }

    long count(String topic) {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, PARTITIONS)
                .mapToObj(it -> new TopicPartition(topic, it))
                .collect(Collectors.toMap(Function.identity(), any -> OffsetSpec.latest()));
        return await(admin.listOffsets(ends).all()).values().stream()
                .mapToLong(it -> it.offset())
                .sum();
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}

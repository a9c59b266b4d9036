package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How far a consumer group has come in what was reported. */
final class Log implements AutoCloseable {
    private static final List<String> INPUT = List.of(Topics.ENROLMENTS.name(), Topics.FOLLOW_UPS.name());

    private final Admin admin;

    Log(Map<String, Object> settings) {
        admin = Admin.create(settings);
    }

    /** Once each member of the group has its partitions, and reads. */
    boolean isRead(String group) {
        return isStable(group, it -> true);
    }

    /** Once so many members of the group have as many partitions of the follow-ups each. */
    boolean isShared(String group, int members) {
        return isStable(
                group,
                it -> it.members().size() == members
                        && it.members().stream()
                                .allMatch(member -> followUps(member) == Topics.FOLLOW_UPS.partitions() / members));
    }

    private boolean isStable(String group, Predicate<ConsumerGroupDescription> also) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .allMatch(it -> it.groupState() == GroupState.STABLE && also.test(it));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static long followUps(MemberDescription member) {
        return member.assignment().topicPartitions().stream()
                .filter(it -> it.topic().equals(Topics.FOLLOW_UPS.name()))
                .count();
    }

    /** Whether the group has committed that all is done. */
    boolean isDone(String group) {
        Map<TopicPartition, Long> committed = committed(group);
        return ends().entrySet().stream()
                .allMatch(it -> it.getValue() == 0 || committed.getOrDefault(it.getKey(), 0L) >= it.getValue());
    }

    long done(String group) {
        return committed(group).entrySet().stream()
                .filter(it -> INPUT.contains(it.getKey().topic()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        await(() -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, at) -> committed.put(partition, offset(at)));
        return committed;
    }

    private static long offset(@org.jspecify.annotations.Nullable OffsetAndMetadata at) {
        return at == null ? 0 : at.offset();
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> asked = INPUT.stream()
                .flatMap(topic -> java.util.stream.IntStream.range(0, Topics.FOLLOW_UPS.partitions())
                        .mapToObj(it -> new TopicPartition(topic, it)))
                .collect(Collectors.toMap(it -> it, it -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        await(() -> admin.listOffsets(asked).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private static <T> T await(Supplier<KafkaFuture<T>> question) {
        try {
            return question.get().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }

    @Override
    public void close() {
        admin.close();
    }
}

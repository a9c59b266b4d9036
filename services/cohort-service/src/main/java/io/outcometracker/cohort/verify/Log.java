package io.outcometracker.cohort.verify;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What was read so far: all that was reported, and the latest message of each key of what was published. */
final class Log {
    static final List<Topic<?>> REPORTED = List.of(
            Topics.TRIALS,
            Topics.UNBLINDINGS,
            Topics.ENROLMENTS,
            Topics.FOLLOW_UPS,
            Topics.ADVERSE_EVENTS,
            Topics.ERASURES);

    static final List<Topic<?>> PUBLISHED = List.of(
            Topics.DISPOSITIONS,
            Topics.COHORT_METRICS,
            Topics.COHORT_METRICS_UNBLINDED,
            Topics.COHORT_METRICS_PUBLIC,
            Topics.COMPLETENESS,
            Topics.TRIAL_SUMMARIES,
            Topics.TRIAL_SUMMARIES_UNBLINDED);

    private final Map<String, Protocol> protocols = new HashMap<>();
    private final Set<String> unblinded = new HashSet<>();
    private final Map<String, TrialLog> reported = new HashMap<>();
    /** By topic, then trial, then key. */
    private final Map<String, Map<String, Map<String, Entry<byte[]>>>> published = new HashMap<>();

    private long records;

    /** Returns the trial that the message is of. */
    String add(ConsumerRecord<String, byte @Nullable []> message) {
        String trial = trial(requireNonNull(message.key()));
        if (PUBLISHED.stream().anyMatch(it -> it.name().equals(message.topic()))) {
            publish(trial, message);
            return trial;
        }
        records++;
        TrialLog of = reported.computeIfAbsent(trial, it -> new TrialLog());
        take(message, Topics.TRIALS, Protocol::trial, it -> protocols.put(message.key(), it));
        take(message, Topics.UNBLINDINGS, Unblinding::key, it -> {
            if (it.isOfTrial()) {
                unblinded.add(it.trial());
            }
        });
        take(
                message,
                Topics.ENROLMENTS,
                key(Enrolment::key),
                it -> of.enrolments().add(entry(message, it)));
        take(
                message,
                Topics.FOLLOW_UPS,
                key(FollowUp::key),
                it -> of.followUps().add(entry(message, it)));
        take(
                message,
                Topics.ADVERSE_EVENTS,
                key(AdverseEvent::key),
                it -> of.adverseEvents().add(entry(message, it)));
        take(message, Topics.ERASURES, key(Erasure::key), it -> of.erasures().add(entry(message, it)));
        return trial;
    }

    private static String trial(String key) {
        int bar = key.indexOf('|');
        return bar < 0 ? key : key.substring(0, bar);
    }

    private static <V> Function<V, String> key(Function<V, ParticipantKey> participant) {
        return participant.andThen(ParticipantKey::toString);
    }

    /** What cannot be read, or lies under another key than its own, is a dead letter and counts nowhere. */
    private static <V> void take(
            ConsumerRecord<String, byte @Nullable []> message,
            Topic<V> topic,
            Function<V, String> key,
            Consumer<V> taker) {
        if (message.topic().equals(topic.name()) && message.value() != null) {
            V value;
            try {
                value = topic.serde().deserializer().deserialize(topic.name(), message.value());
            } catch (SerializationException e) {
                return;
            }
            if (key.apply(value).equals(message.key())) {
                taker.accept(value);
            }
        }
    }

    private static <V> Entry<V> entry(ConsumerRecord<?, ?> message, V value) {
        return new Entry<>(message.partition(), message.offset(), value);
    }

    private void publish(String trial, ConsumerRecord<String, byte @Nullable []> message) {
        Map<String, Entry<byte[]>> latest = published
                .computeIfAbsent(message.topic(), it -> new HashMap<>())
                .computeIfAbsent(trial, it -> new TreeMap<>());
        byte[] value = message.value();
        if (value == null) {
            latest.remove(message.key());
        } else {
            latest.put(message.key(), entry(message, value));
        }
    }

    /** All trials of which anything was read. */
    Set<String> trials() {
        Set<String> trials = new HashSet<>(reported.keySet());
        published.values().forEach(it -> trials.addAll(it.keySet()));
        return trials;
    }

    @Nullable
    Protocol protocol(String trial) {
        return protocols.get(trial);
    }

    /** Whether everyone may know the arms. */
    boolean armsKnown(Protocol protocol) {
        return !protocol.masked() || unblinded.contains(protocol.trial());
    }

    TrialLog reported(String trial) {
        return reported.getOrDefault(trial, new TrialLog());
    }

    /** The latest message of each key. */
    Map<String, Entry<byte[]>> published(Topic<?> topic, String trial) {
        return Collections.unmodifiableMap(
                published.getOrDefault(topic.name(), Map.of()).getOrDefault(trial, Map.of()));
    }

    /** How many messages were read of what was reported. */
    long records() {
        return records;
    }
}

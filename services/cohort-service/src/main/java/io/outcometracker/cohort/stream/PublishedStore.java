package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.cohort.chart.Fingerprint;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The tallies of a task, and what was last published of each: by topic and cohort, a fingerprint of the message. */
final class PublishedStore {
    static final String STORE = "published-fingerprints";

    private static final Pattern TIME_OF_COMPUTATION = Pattern.compile("\"asOf\":\"[^\"]*\"");

    private final KeyValueStore<String, Map<String, Map<String, Long>>> published;

    PublishedStore(KeyValueStore<String, Map<String, Map<String, Long>>> published) {
        this.published = published;
    }

    void add(String tally) {
        published.putIfAbsent(tally, Map.of());
    }

    Set<String> tallies() {
        return names(published.all());
    }

    Set<String> tallies(String trial) {
        return names(published.prefixScan(trial + '|', new StringSerializer()));
    }

    private static Set<String> names(KeyValueIterator<String, ?> tallies) {
        Set<String> names = new TreeSet<>();
        try (tallies) {
            tallies.forEachRemaining(it -> names.add(it.key));
        }
        return names;
    }

    /**
     * Notes what is to be seen of a tally from now on.
     *
     * @param current by topic, the value of each cohort; a topic that is not mentioned stays as it is
     * @return the messages that bring it about
     */
    List<KeyValue<String, Published>> replace(String tally, Map<Topic<?>, ? extends SortedMap<Cohort, ?>> current) {
        Map<String, Map<String, Long>> before = requireNonNullElse(published.get(tally), Map.of());
        Map<String, Map<String, Long>> after = new TreeMap<>(before);
        List<KeyValue<String, Published>> messages = new ArrayList<>();
        current.forEach((topic, values) -> {
            Map<String, Long> last = requireNonNullElse(before.get(topic.name()), Map.of());
            Map<String, Long> next = new TreeMap<>();
            values.forEach((cohort, value) -> {
                String json = Json.MAPPER.writeValueAsString(value);
                long fingerprint = fingerprint(json);
                next.put(cohort.toString(), fingerprint);
                if (!Objects.equals(fingerprint, last.get(cohort.toString()))) {
                    messages.add(message(topic, tally, cohort.toString(), json));
                }
            });
            for (String cohort : last.keySet()) {
                if (!next.containsKey(cohort)) {
                    messages.add(message(topic, tally, cohort, null));
                }
            }
            after.put(topic.name(), next);
        });
        after.values().removeIf(Map::isEmpty);
        if (!after.equals(before)) {
            published.put(tally, after);
        }
        return messages;
    }

    private static KeyValue<String, Published> message(
            Topic<?> topic, String tally, String cohort, @Nullable String json) {
        String key = (TallyKey.isParticipants(tally) ? TallyKey.trial(tally) : tally) + '|' + cohort;
        return KeyValue.pair(key, new Published(topic, json));
    }

    /** Of everything but the time of computation. */
    private static long fingerprint(String json) {
        return Fingerprint.of(TIME_OF_COMPUTATION.matcher(json).replaceFirst("").getBytes(UTF_8));
    }
}

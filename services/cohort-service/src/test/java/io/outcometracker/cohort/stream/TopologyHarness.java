package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The real topology without a broker, in memory and at a clock of its own. */
final class TopologyHarness implements AutoCloseable {
    static final Duration PUBLISH_INTERVAL = Duration.ofMillis(100);

    private static final List<String> STORES = List.of(
            ChartProcessor.CHARTS,
            ChartProcessor.POSITIONS,
            TallyProcessor.COUNTS,
            PositionStore.STORE,
            PublishedStore.STORE,
            ReleaseStore.RELEASES,
            ReleaseStore.COPIES);

    private final Path stateDirectory;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<Topic<?>, Map<String, Object>> views = new HashMap<>();
    private final List<Message> messages = new ArrayList<>();
    /** Global tables are read from the start again after a restart. */
    private final List<Runnable> globalInputs = new ArrayList<>();

    private Instant now;
    private long ticks;
    private long nanosPerTick;
    private TopologyTestDriver driver;

    /** As it lies on a topic: text, since all of ours is. */
    record Message(String topic, String key, @Nullable String value, String headers) {}

    TopologyHarness(Path stateDirectory, Instant now) {
        this.stateDirectory = stateDirectory;
        this.now = now;
        driver = driver();
    }

    private TopologyTestDriver driver() {
        Properties settings = settings(stateDirectory);
        settings.put(StreamMeters.SETTING, new StreamMeters(meters));
        return new TopologyTestDriver(topology(settings, () -> ticks += nanosPerTick), settings, now);
    }

    void restart() {
        restart(now);
    }

    /** Goes on in a new instance at that time, with the stores that the old one left. */
    void restart(Instant time) {
        now = time;
        read();
        Map<String, Map<Object, Object>> stores = new HashMap<>();
        for (String name : STORES) {
            stores.put(name, contents(driver.<Object, Object>getKeyValueStore(name)));
        }
        driver.close();
        driver = driver();
        stores.forEach((name, contents) -> contents.forEach(driver.<Object, Object>getKeyValueStore(name)::put));
        globalInputs.forEach(Runnable::run);
    }

    private static Map<Object, Object> contents(KeyValueStore<Object, Object> store) {
        Map<Object, Object> contents = new HashMap<>();
        try (KeyValueIterator<Object, Object> all = store.all()) {
            all.forEachRemaining(it -> contents.put(it.key, it.value));
        }
        return contents;
    }

    static Topology topology(Properties settings) {
        return topology(settings, () -> 0);
    }

    private static Topology topology(Properties settings, LongSupplier ticker) {
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
        StreamMeters meters = (StreamMeters) settings.get(StreamMeters.SETTING);
        StreamTraces traces = new StreamTraces(TracerProvider.noop().get("test"));
        // The driver commits after each record, which takes long on a disk.
        new CohortTopology(PUBLISH_INTERVAL, true, ticker, meters, traces, Stores::inMemoryKeyValueStore)
                .addTo(builder);
        return builder.build();
    }

    static Properties settings(Path stateDirectory) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "outcomes-cohort-service");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class);
        settings.put(StreamMeters.SETTING, new StreamMeters(new SimpleMeterRegistry()));
        return settings;
    }

    private <V> void send(Topic<V> topic, @Nullable String key, @Nullable V value) {
        driver.createInputTopic(
                        topic.name(), new StringSerializer(), topic.serde().serializer())
                .pipeInput(key, value, now);
    }

    private <V> void sendGlobally(Topic<V> topic, String key, V value) {
        globalInputs.add(() -> send(topic, key, value));
        send(topic, key, value);
    }

    /** Lets the publishing interval pass, by the end of which it is known everywhere. */
    void plan(Protocol protocol) {
        sendGlobally(Topics.TRIALS, protocol.trial(), protocol);
        pass(PUBLISH_INTERVAL);
    }

    void unblind(Unblinding unblinding) {
        sendGlobally(Topics.UNBLINDINGS, unblinding.key(), unblinding);
    }

    /** Returns what the event itself became and what became of other records through it. */
    List<Disposition> report(Enrolment enrolment) {
        return report(Topics.ENROLMENTS, enrolment.key(), enrolment);
    }

    List<Disposition> report(FollowUp followUp) {
        return report(Topics.FOLLOW_UPS, followUp.key(), followUp);
    }

    /** One that was stored so long ago. */
    void reportOld(FollowUp followUp, Duration age) {
        driver.createInputTopic(
                        Topics.FOLLOW_UPS.name(),
                        new StringSerializer(),
                        Topics.FOLLOW_UPS.serde().serializer())
                .pipeInput(followUp.key().toString(), followUp, now.minus(age));
    }

    List<Disposition> report(AdverseEvent adverseEvent) {
        return report(Topics.ADVERSE_EVENTS, adverseEvent.key(), adverseEvent);
    }

    List<Disposition> report(ParticipantEvent event) {
        if (event instanceof ParticipantEvent.Enrolled it) {
            return report(it.enrolment());
        }
        if (event instanceof ParticipantEvent.FollowedUp it) {
            return report(it.followUp());
        }
        if (event instanceof ParticipantEvent.HadAdverseEvent it) {
            return report(it.adverseEvent());
        }
        Erasure erasure = ((ParticipantEvent.Erased) event).erasure();
        return report(Topics.ERASURES, erasure.key(), erasure);
    }

    List<Disposition> report(WorkedExample.Step step) {
        Enrolment enrolment = step.enrolment();
        return enrolment != null ? report(enrolment) : report(Objects.requireNonNull(step.followUp()));
    }

    private <V> List<Disposition> report(Topic<V> topic, ParticipantKey key, V value) {
        send(topic, key.toString(), value);
        return read(Topics.DISPOSITIONS).stream().map(it -> it.value).toList();
    }

    void sendUnreadableFollowUp(String key, byte[] bytes) {
        driver.createInputTopic(Topics.FOLLOW_UPS.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, bytes);
    }

    void sendUnderKey(@Nullable String key, @Nullable FollowUp followUp) {
        send(Topics.FOLLOW_UPS, key, followUp);
    }

    /** On the way from the charts to the tallies. */
    void change(String tally, TallyChange change) {
        driver.createInputTopic(
                        "outcomes-cohort-service-tally-changes-repartition",
                        new StringSerializer(),
                        CohortTopology.TALLY_CHANGE.serializer())
                .pipeInput(tally, change);
    }

    List<DeadLetter> deadLetters() {
        read();
        return messages.stream()
                .filter(it -> it.topic().equals(Topics.DEAD_LETTERS.name()))
                .map(it -> value(Topics.DEAD_LETTERS, Objects.requireNonNull(it.value())))
                .toList();
    }

    /** Lets time pass, and everything be published that is due by then. */
    void pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
        read();
    }

    void passTo(Instant time) {
        pass(Duration.between(now, time));
    }

    /** From now on publishing takes time: so much from one look at the clock to the next. */
    void takeTime(Duration perTick) {
        nanosPerTick = perTick.toNanos();
    }

    /** Lets the publishing interval pass; returns the keys of what was published to the sponsor. */
    List<String> publish() {
        int before = messages.size();
        pass(PUBLISH_INTERVAL);
        return messages.subList(before, messages.size()).stream()
                .filter(it -> it.topic().equals(Topics.COHORT_METRICS.name()))
                .map(Message::key)
                .toList();
    }

    private void read() {
        for (Topic<?> topic : Topics.all()) {
            if (topic.owner().equals("cohort-service")) {
                read(topic);
            }
        }
    }

    private <V> List<KeyValue<String, V>> read(Topic<V> topic) {
        List<KeyValue<String, V>> read = new ArrayList<>();
        Map<String, Object> view = views.computeIfAbsent(topic, it -> new TreeMap<>());
        if (!driver.producedTopicNames().contains(topic.name())) {
            return read;
        }
        for (TestRecord<String, String> it : driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), new StringDeserializer())
                .readRecordsToList()) {
            V value = it.value() == null
                    ? null
                    : topic.serde()
                            .deserializer()
                            .deserialize(topic.name(), it.value().getBytes(UTF_8));
            if (value == null) {
                view.remove(it.key());
            } else {
                view.put(it.key(), value);
            }
            read.add(KeyValue.pair(it.key(), value));
            messages.add(new Message(topic.name(), it.key(), it.value(), text(it.headers())));
        }
        return read;
    }

    private static <V> V value(Topic<V> topic, String text) {
        return topic.serde().deserializer().deserialize(topic.name(), text.getBytes(UTF_8));
    }

    private static String text(Headers headers) {
        StringBuilder text = new StringBuilder();
        headers.forEach(it -> text.append(it.key())
                .append('=')
                .append(new String(it.value(), UTF_8))
                .append('\n'));
        return text.toString();
    }

    /** The latest value of each key. */
    @SuppressWarnings("unchecked")
    <V> Map<String, V> view(Topic<V> topic) {
        return (Map<String, V>) views.getOrDefault(topic, Map.of());
    }

    /** Everything that was written to the public topics. */
    List<Message> messages() {
        return messages;
    }

    MeterRegistry meters() {
        return meters;
    }

    /** All topics that were written, also internal ones. */
    Set<String> written() {
        return driver.producedTopicNames();
    }

    @Nullable
    CohortMetric metric(String visit, String instrument, Cohort cohort) {
        return blinded().get(CohortMetric.key(new Endpoint(WorkedExample.TRIAL, visit, instrument), cohort));
    }

    Map<String, CohortMetric> blinded() {
        return view(Topics.COHORT_METRICS);
    }

    Map<String, CohortMetric> unblinded() {
        return view(Topics.COHORT_METRICS_UNBLINDED);
    }

    /** How many participants have each result with a score at an endpoint. */
    Map<Result, Long> scores(String visit, String instrument) {
        String tally = new Endpoint(WorkedExample.TRIAL, visit, instrument).toString();
        Map<Result, Long> scores = new HashMap<>();
        KeyValueStore<Bytes, Long> counts = driver.getKeyValueStore(TallyProcessor.COUNTS);
        new TallyStore(counts).rows(tally).forEach((row, count) -> {
            if (row instanceof Result result && result.value() != null) {
                scores.put(result, count);
            }
        });
        return scores;
    }

    @Override
    public void close() {
        driver.close();
    }
}

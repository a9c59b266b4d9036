package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.chart.ParticipantChart;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.cohort.stream.PositionStore.Position;
import io.outcometracker.cohort.stream.ReleaseStore.Release;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import tools.jackson.core.type.TypeReference;

/**
 * The way of a record: participant's chart, then the tally of its endpoint, then the metrics of its cohorts. Stores and
 * nodes are named, since their names are where the state lies; a test holds them.
 */
public final class CohortTopology {
    private static final Serde<String> KEY = Serdes.String();

    static final Serde<ParticipantChart> CHART = Cbor.serde(new TypeReference<>() {});
    static final Serde<TallyChange> TALLY_CHANGE = Cbor.serde(new TypeReference<>() {});
    private static final Serde<Map<String, Map<String, Long>>> FINGERPRINTS = Cbor.serde(new TypeReference<>() {});
    private static final Serde<Position> POSITION = Cbor.serde(new TypeReference<>() {});
    private static final Serde<Release> RELEASE = Cbor.serde(new TypeReference<>() {});

    private final Duration publishInterval;
    private final boolean publish;
    private final LongSupplier ticker;
    private final StreamMeters meters;
    private final StreamTraces traces;
    private final Function<String, KeyValueBytesStoreSupplier> stores;

    /** @param publish whether anything is written to public topics; it may be started with, later, on the same state */
    public CohortTopology(Duration publishInterval, boolean publish, StreamMeters meters, StreamTraces traces) {
        this(publishInterval, publish, System::nanoTime, meters, traces, Stores::persistentKeyValueStore);
    }

    /**
     * @param ticker nanoseconds from some moment on
     * @param stores where the store of a name lies
     */
    CohortTopology(
            Duration publishInterval,
            boolean publish,
            LongSupplier ticker,
            StreamMeters meters,
            StreamTraces traces,
            Function<String, KeyValueBytesStoreSupplier> stores) {
        this.publishInterval = publishInterval;
        this.publish = publish;
        this.ticker = ticker;
        this.meters = meters;
        this.traces = traces;
        this.stores = stores;
    }

    public void addTo(StreamsBuilder builder) {
        table(builder, Topics.TRIALS, "read-trials", TrialPlans.PROTOCOLS);
        table(builder, Topics.UNBLINDINGS, "read-unblindings", TrialPlans.UNBLINDINGS);
        builder.addStateStore(store(ChartProcessor.CHARTS, KEY, CHART));
        builder.addStateStore(store(ChartProcessor.POSITIONS, KEY, Serdes.Long()));
        builder.addStateStore(store(TallyProcessor.COUNTS, Serdes.Bytes(), Serdes.Long()));
        builder.addStateStore(store(PositionStore.STORE, Serdes.Integer(), POSITION));
        builder.addStateStore(store(PublishedStore.STORE, KEY, FINGERPRINTS));
        builder.addStateStore(store(ReleaseStore.RELEASES, KEY, RELEASE));
        builder.addStateStore(store(ReleaseStore.COPIES, Serdes.Bytes(), Serdes.Long()));

        KStream<String, ChartStep> steps = participantEvents(builder)
                .process(
                        () -> new ChartProcessor(publishInterval, meters, traces),
                        Named.as("apply-to-chart"),
                        ChartProcessor.CHARTS,
                        ChartProcessor.POSITIONS);
        if (publish) {
            write(steps, CohortTopology::dispositions, Topics.DISPOSITIONS, "dispositions");
            write(steps, CohortTopology::deadLetters, Topics.DEAD_LETTERS, "dead-letters");
        }
        ThreadShare share = new ThreadShare();
        steps.flatMap((key, step) -> tallyChanges(step), Named.as("key-by-tally"))
                .repartition(Repartitioned.with(KEY, TALLY_CHANGE)
                        .withName("tally-changes")
                        .withStreamPartitioner(new RostersEverywhere()))
                .process(
                        () -> new TallyProcessor(publishInterval, publish, share, ticker, meters, traces),
                        Named.as("fold-tally"),
                        TallyProcessor.COUNTS,
                        PositionStore.STORE,
                        PublishedStore.STORE,
                        ReleaseStore.RELEASES,
                        ReleaseStore.COPIES)
                .processValues(() -> new CloudEventHeaders<>(Published::topic), Named.as("describe-published"))
                .to(
                        new Published.ToItsTopic(),
                        Produced.with(KEY, Published.SERDE).withName("write-published"));
    }

    private static <V> void table(StreamsBuilder builder, Topic<V> topic, String name, String store) {
        builder.globalTable(topic.name(), Consumed.with(KEY, topic.serde()).withName(name), Materialized.as(store));
    }

    private static KStream<String, ParticipantEvent> participantEvents(StreamsBuilder builder) {
        return read(builder, Topics.ENROLMENTS, "enrolments", ParticipantEvent.Enrolled::new)
                .merge(
                        read(builder, Topics.FOLLOW_UPS, "follow-ups", ParticipantEvent.FollowedUp::new),
                        Named.as("merge-follow-ups"))
                .merge(
                        read(builder, Topics.ADVERSE_EVENTS, "adverse-events", ParticipantEvent.HadAdverseEvent::new),
                        Named.as("merge-adverse-events"))
                .merge(
                        read(builder, Topics.ERASURES, "erasures", ParticipantEvent.Erased::new),
                        Named.as("merge-erasures"));
    }

    private static <V> KStream<String, ParticipantEvent> read(
            StreamsBuilder builder, Topic<V> topic, String name, Function<V, ParticipantEvent> event) {
        return builder.stream(topic.name(), Consumed.with(KEY, topic.serde()).withName("read-" + name))
                .filter((key, value) -> value != null, Named.as("drop-empty-" + name))
                .mapValues(event::apply, Named.as("wrap-" + name));
    }

    private static <V> void write(
            KStream<String, ChartStep> steps,
            Function<ChartStep, List<KeyValue<String, V>>> messages,
            Topic<V> topic,
            String name) {
        steps.flatMap((key, step) -> messages.apply(step), Named.as("take-" + name))
                .processValues(() -> new CloudEventHeaders<V>(it -> topic), Named.as("describe-" + name))
                .to(topic.name(), Produced.with(KEY, topic.serde()).withName("write-" + name));
    }

    private static List<KeyValue<String, Disposition>> dispositions(ChartStep step) {
        return step.dispositions().stream()
                .map(it -> KeyValue.pair(it.key(), it))
                .toList();
    }

    private static List<KeyValue<String, DeadLetter>> deadLetters(ChartStep step) {
        return step.deadLetters().stream()
                .map(it -> KeyValue.pair(it.topic(), it))
                .toList();
    }

    private static List<KeyValue<String, TallyChange>> tallyChanges(ChartStep step) {
        return step.changes().entrySet().stream()
                .map(it -> KeyValue.pair(it.getKey(), it.getValue()))
                .toList();
    }

    private <K, V> StoreBuilder<?> store(String name, Serde<K> key, Serde<V> value) {
        return Stores.keyValueStoreBuilder(stores.apply(name), key, value).withCachingEnabled();
    }

    /** Each partition needs the whole roster of a trial, of which the endpoints are spread over all partitions. */
    private static final class RostersEverywhere implements StreamPartitioner<String, TallyChange> {
        @Override
        public Optional<Set<Integer>> partitions(String topic, String tally, TallyChange change, int numPartitions) {
            return TallyKey.isRoster(tally)
                    ? Optional.of(IntStream.range(0, numPartitions).boxed().collect(Collectors.toSet()))
                    : Optional.empty();
        }
    }
}

package io.outcometracker.cohort.stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.outcometracker.cohort.chart.ParticipantChart;
import io.outcometracker.cohort.chart.ParticipantEvent;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The processor of charts for one partition, with stores that can be carried over to its successor. */
final class ChartTask {
    static final int PARTITION = 4;

    private static final Map<Subject, String> TOPICS = new EnumMap<>(Map.of(
            Subject.ENROLMENT, Topics.ENROLMENTS.name(),
            Subject.FOLLOW_UP, Topics.FOLLOW_UPS.name(),
            Subject.ADVERSE_EVENT, Topics.ADVERSE_EVENTS.name(),
            Subject.ERASURE, Topics.ERASURES.name()));

    private final MockProcessorContext<String, ChartStep> context = new MockProcessorContext<>();
    private final ChartProcessor processor = new ChartProcessor(
            Duration.ofSeconds(1),
            new StreamMeters(new SimpleMeterRegistry()),
            new StreamTraces(TracerProvider.noop().get("test")));
    private final KeyValueStore<String, ParticipantChart> charts = store(ChartProcessor.CHARTS, CohortTopology.CHART);
    private final KeyValueStore<String, Long> positions = store(ChartProcessor.POSITIONS, Serdes.Long());

    /** What is left of a task when it stops: what the changelogs of its stores have. */
    record Stored(List<KeyValue<String, ParticipantChart>> charts, List<KeyValue<String, Long>> positions) {
        static final Stored NOTHING = new Stored(List.of(), List.of());
    }

    ChartTask(Stored stored) {
        charts.putAll(stored.charts());
        positions.putAll(stored.positions());
        context.setCurrentSystemTimeMs(0);
        processor.init(context);
    }

    private <V> KeyValueStore<String, V> store(String name, Serde<V> serde) {
        KeyValueStore<String, V> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.String(), serde)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    static String topic(ParticipantEvent event) {
        return TOPICS.get(event.reported().subject());
    }

    ChartStep process(ParticipantEvent event, long offset) {
        return process(event.participant().toString(), event, offset);
    }

    ChartStep process(String key, ParticipantEvent event, long offset) {
        context.setRecordMetadata(topic(event), PARTITION, offset);
        context.resetForwards();
        processor.process(new Record<>(key, event, 0));
        return context.forwarded().get(0).record().value();
    }

    Stored stored() {
        return new Stored(all(charts), all(positions));
    }

    private static <V> List<KeyValue<String, V>> all(KeyValueStore<String, V> store) {
        List<KeyValue<String, V>> all = new ArrayList<>();
        try (KeyValueIterator<String, V> entries = store.all()) {
            entries.forEachRemaining(all::add);
        }
        return all;
    }
}

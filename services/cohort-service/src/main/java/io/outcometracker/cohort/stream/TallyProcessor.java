package io.outcometracker.cohort.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.outcometracker.cohort.chart.Fingerprint;
import io.outcometracker.cohort.stream.PublishedMetric.Audience;
import io.outcometracker.cohort.tally.EndpointTally;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.cohort.tally.TallyRow;
import io.outcometracker.cohort.tally.View;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the counts of endpoints and rosters, and forwards the metrics of every cohort that changed, at most once per
 * publishing interval.
 *
 * <p>Everything is computed anew after a start, a change of protocol and at midnight UTC, when visits become due; what
 * comes out as it was last published is not published again.
 */
final class TallyProcessor implements Processor<String, TallyChange, String, PublishedMetric> {
    /** Count by tally and row: an endpoint's key, or the trial, then 0, then the row in CBOR. */
    static final String COUNTS = "endpoint-tallies";
    /** What was last published of each endpoint: a fingerprint by cohort. */
    static final String PUBLISHED = "published-cohorts";

    private final String protocolStore;
    private final Duration publishInterval;
    private final Set<String> dirty = new TreeSet<>();
    private final Map<String, Integer> protocolVersions = new HashMap<>();
    private LocalDate publishedOn = LocalDate.MIN;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, PublishedMetric> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<Bytes, Long> counts;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Map<String, Long>> published;

    @SuppressWarnings("NullAway.Init")
    private TimestampedKeyValueStore<String, Protocol> protocols;

    TallyProcessor(String protocolStore, Duration publishInterval) {
        this.protocolStore = protocolStore;
        this.publishInterval = publishInterval;
    }

    @Override
    public void init(ProcessorContext<String, PublishedMetric> processorContext) {
        context = processorContext;
        counts = processorContext.getStateStore(COUNTS);
        published = processorContext.getStateStore(PUBLISHED);
        protocols = processorContext.getStateStore(protocolStore);
        processorContext.schedule(
                publishInterval, PunctuationType.WALL_CLOCK_TIME, now -> publish(Instant.ofEpochMilli(now)));
    }

    @Override
    public void process(Record<String, TallyChange> record) {
        for (RowChange change : record.value().rows()) {
            Bytes key = key(record.key(), change.row());
            long count = requireNonNullElse(counts.get(key), 0L) + change.by();
            if (count < 0) {
                throw new IllegalStateException("more was taken out of the tally " + record.key() + " than was in it");
            }
            counts.put(key, count == 0 ? null : count);
        }
        if (TallyKey.isRoster(record.key())) {
            markAll(record.key());
        } else if (!TallyKey.isParticipants(record.key())) {
            dirty.add(record.key());
            if (published.get(record.key()) == null) {
                published.put(record.key(), Map.of());
            }
        }
    }

    private void publish(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!today.equals(publishedOn)) {
            publishedOn = today;
            mark(published.all());
        }
        markChangedProtocols();
        Map<String, Map<TallyRow, Long>> rosters = new HashMap<>();
        for (Iterator<String> it = dirty.iterator(); it.hasNext(); ) {
            Endpoint endpoint = Endpoint.parse(it.next());
            Protocol protocol = protocol(endpoint.trial());
            // The protocol is on its way where it is not here yet: it was accepted before any record was.
            if (protocol != null && covers(protocol, endpoint)) {
                publish(
                        endpoint,
                        protocol,
                        rosters.computeIfAbsent(endpoint.trial(), trial -> rows(counts, trial)),
                        now);
                it.remove();
            }
        }
    }

    private void publish(Endpoint endpoint, Protocol protocol, Map<TallyRow, Long> roster, Instant now) {
        SortedMap<Cohort, CohortMetric> metrics = new EndpointTally(endpoint, rows(counts, endpoint.toString()), roster)
                .metrics(protocol, View.unblinded(), now);
        Map<String, Long> last = requireNonNullElse(published.get(endpoint.toString()), Map.of());
        Map<String, Long> current = new TreeMap<>();
        for (Audience audience : Audience.values()) {
            metrics.forEach((cohort, metric) -> {
                if (audience.maySee(cohort, protocol)) {
                    String mark = audience.name() + '|' + cohort;
                    long fingerprint = fingerprint(metric);
                    current.put(mark, fingerprint);
                    if (!Objects.equals(fingerprint, last.get(mark))) {
                        forward(audience, endpoint, cohort, metric, now);
                    }
                }
            });
        }
        for (String mark : last.keySet()) {
            if (!current.containsKey(mark)) {
                String[] audienceAndCohort = mark.split("\\|", 2);
                Audience audience = Audience.valueOf(audienceAndCohort[0]);
                forward(audience, endpoint, Cohort.parse(audienceAndCohort[1]), null, now);
            }
        }
        if (!current.equals(last)) {
            published.put(endpoint.toString(), current);
        }
    }

    private void forward(
            Audience audience, Endpoint endpoint, Cohort cohort, @Nullable CohortMetric metric, Instant now) {
        context.forward(new Record<>(
                CohortMetric.key(endpoint, cohort), new PublishedMetric(audience, metric), now.toEpochMilli()));
    }

    private void markChangedProtocols() {
        for (KeyValue<String, Integer> it : protocolVersionsNow()) {
            if (!it.value.equals(protocolVersions.put(it.key, it.value))) {
                markAll(it.key);
            }
        }
    }

    private List<KeyValue<String, Integer>> protocolVersionsNow() {
        List<KeyValue<String, Integer>> versions = new ArrayList<>();
        try (KeyValueIterator<String, ValueAndTimestamp<Protocol>> all = protocols.all()) {
            all.forEachRemaining(
                    it -> versions.add(KeyValue.pair(it.key, it.value.value().version())));
        }
        return versions;
    }

    private void markAll(String trial) {
        mark(published.prefixScan(trial + '|', new StringSerializer()));
    }

    private void mark(KeyValueIterator<String, Map<String, Long>> endpoints) {
        try (endpoints) {
            endpoints.forEachRemaining(it -> dirty.add(it.key));
        }
    }

    private static boolean covers(Protocol protocol, Endpoint endpoint) {
        return protocol.visit(endpoint.visit()).isPresent()
                && protocol.instrument(endpoint.instrument()).isPresent();
    }

    private @Nullable Protocol protocol(String trial) {
        ValueAndTimestamp<Protocol> found = protocols.get(trial);
        return found == null ? null : found.value();
    }

    /** Everything that is counted under an endpoint or, for the roster, a trial. */
    static Map<TallyRow, Long> rows(KeyValueStore<Bytes, Long> counts, String tally) {
        byte[] prefix = prefix(tally);
        Map<TallyRow, Long> rows = new HashMap<>();
        try (KeyValueIterator<Bytes, Long> range = counts.prefixScan(Bytes.wrap(prefix), new BytesSerializer())) {
            range.forEachRemaining(it -> rows.put(row(it.key.get(), prefix.length), it.value));
        }
        return rows;
    }

    private static byte[] prefix(String tally) {
        return (tally + '\0').getBytes(UTF_8);
    }

    private static Bytes key(String tally, TallyRow row) {
        byte[] prefix = prefix(tally);
        byte[] suffix = Cbor.MAPPER.writerFor(TallyRow.class).writeValueAsBytes(row);
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + suffix.length)
                .put(prefix)
                .put(suffix)
                .array());
    }

    private static TallyRow row(byte[] key, int prefixLength) {
        return Cbor.MAPPER.readerFor(TallyRow.class).readValue(key, prefixLength, key.length - prefixLength);
    }

    /** Of everything but the time of computation. */
    private static long fingerprint(CohortMetric metric) {
        return Fingerprint.of(Json.MAPPER.writeValueAsBytes(metric.withAsOf(Instant.EPOCH)));
    }
}

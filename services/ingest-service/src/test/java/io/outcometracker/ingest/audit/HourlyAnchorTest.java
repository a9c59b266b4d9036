package io.outcometracker.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services that read what is on the topic, and one that only writes. */
class HourlyAnchorTest {
    private static final AuditAct READ = TestChain.act(Action.UNBLINDED_READ, Outcome.ACCEPTED, null);

    private final MockProducer<String, byte[]> topic =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final AuditIndex index;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, byte[]> read;
    private final AuditWriter metrics = writer("metrics-service", trial -> List.of());
    private final HourlyAnchor one;
    private final HourlyAnchor other;
    private int readTo;

    HourlyAnchorTest(@TempDir Path disk) {
        AtomicReference<TopologyTestDriver> running = new AtomicReference<>();
        index = new AuditIndex(() -> running.get().getKeyValueStore(AuditIndex.STORE));
        StreamsBuilder builder = new StreamsBuilder();
        index.addTo(builder);
        Properties settings = new Properties();
        settings.put(StreamsConfig.STATE_DIR_CONFIG, disk.toString());
        driver = new TopologyTestDriver(builder.build(), settings);
        running.set(driver);
        read = driver.createInputTopic(Topics.AUDIT.name(), new StringSerializer(), new ByteArraySerializer());
        one = new HourlyAnchor(index, writer("one", index::openHeads));
        other = new HourlyAnchor(index, writer("other", index::openHeads));
    }

    private AuditWriter writer(String name, AuditWriter.OpenHeads heads) {
        return new AuditWriter(name, topic, heads, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        driver.close();
        one.close();
        other.close();
    }

    private void act(@Nullable String trial) {
        metrics.append(trial, List.of(READ));
        readOn();
    }

    private void hour(HourlyAnchor anchor) {
        anchor.anchor();
        readOn();
    }

    private void readOn() {
        List<ProducerRecord<String, byte[]>> all = topic.history();
        all.subList(readTo, all.size()).forEach(it -> read.pipeInput(it.key(), it.value()));
        readTo = all.size();
    }

    private List<AuditEntry> entries() {
        return topic.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    @Test
    void anchorsWhatOthersDidInEachTrialAndInNone() {
        act("T1");
        act("T1");
        act(null);
        hour(one);

        assertThat(entries().subList(3, entries().size()))
                .extracting(AuditEntry::action, AuditEntry::trial, AuditEntry::anchors)
                .containsExactlyInAnyOrder(
                        tuple(Action.ANCHOR, "T1", List.of(entries().get(1).head())),
                        tuple(Action.ANCHOR, null, List.of(entries().get(2).head())));
    }

    @Test
    void writesNothingMoreOnceAllIsAnchored() {
        act("T1");
        hour(one);
        int anchored = entries().size();
        for (HourlyAnchor it : List.of(other, one, other, one)) {
            hour(it);
        }
        assertThat(entries()).hasSize(anchored);

        act("T1");
        hour(other);
        hour(one);
        assertThat(entries()).hasSize(anchored + 2);
    }

    @Test
    void theEndOfAChainThatIsCutOffShowsThoughItsWriterNeverGoesOn() {
        act("T1");
        act("T1");
        hour(one);
        List<AuditEntry> entries = entries();
        AuditEntry cut = entries.get(1);
        TestChain left = new TestChain();
        left.log.addAll(List.of(entries.get(0), entries.get(2)));

        assertThat(left.check().findings(Map.of()))
                .singleElement()
                .asString()
                .endsWith(cut.auditId() + " is missing: " + entries.get(2).auditId() + " has seen 2");
    }

    @Test
    void anchorsInTheNextHourWhatTheAuditDoesNotTake() {
        act("T1");
        topic.sendException = new TimeoutException();
        hour(one);
        assertThat(entries()).hasSize(1);
        topic.sendException = null;
        hour(one);
        assertThat(entries()).hasSize(2);
    }
}

package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Head;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class AuditWriterTest {
    private static final Head HEAD = new Head("V", 7, "a".repeat(64));
    private static final AuditAct ACT = new RandomValues(1).auditAct();
    private static final Duration SHORT = Duration.ofMillis(50);

    private final MockProducer<String, byte[]> producer = producer(true);

    private static MockProducer<String, byte[]> producer(boolean acknowledges) {
        return new MockProducer<>(acknowledges, null, new StringSerializer(), new ByteArraySerializer());
    }

    private static AuditWriter writer(MockProducer<String, byte[]> producer, List<Head> heads) {
        return new AuditWriter("ingest-service", producer, trial -> heads, Clock.systemUTC());
    }

    private static List<AuditEntry> written(MockProducer<String, byte[]> producer) {
        return producer.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    @Test
    void eachTrialHasAChainOfItsOwnAndWhatConcernsNoneToo() {
        AuditWriter writer = writer(producer, List.of());
        writer.write("T1", List.of(ACT, ACT), SHORT);
        writer.write("T2", List.of(ACT), SHORT);
        writer.write(null, List.of(ACT), SHORT);
        writer.write("T1", List.of(ACT), SHORT);

        List<AuditEntry> written = written(producer);
        assertThat(written).extracting(AuditEntry::seq).containsExactly(1L, 2L, 1L, 1L, 3L);
        assertThat(written.get(4).prevHash()).isEqualTo(written.get(1).hash());
        String name = written.get(0).writer();
        assertThat(name).startsWith("ingest-service-");
        assertThat(written).extracting(AuditEntry::writer).containsOnly(name);
        assertThat(producer.history()).extracting(it -> it.key()).containsExactly("T1", "T1", "T2", name, "T1");
    }

    @Test
    void eachStartIsAnotherWriter() {
        writer(producer, List.of()).write("T1", List.of(ACT), SHORT);
        writer(producer, List.of()).write("T1", List.of(ACT), SHORT);
        assertThat(written(producer)).extracting(AuditEntry::writer).doesNotHaveDuplicates();
    }

    @Test
    void aChainStartsWithTheHeadsOfThoseThatWereRead() {
        AuditWriter writer = writer(producer, List.of(HEAD));
        writer.write("T1", List.of(ACT), SHORT);
        writer.write("T1", List.of(ACT), SHORT);

        List<AuditEntry> written = written(producer);
        assertThat(written).extracting(AuditEntry::action).containsExactly(Action.ANCHOR, ACT.action(), ACT.action());
        assertThat(written.get(0).anchors()).containsExactly(HEAD);
    }

    @Test
    void anchorsTheChainsOfOthersThatWentOnAndNotItsOwn() {
        List<Head> open = new ArrayList<>();
        AuditWriter writer = new AuditWriter("ingest-service", producer, trial -> open, Clock.systemUTC());
        writer.anchor("T1");
        assertThat(written(producer)).as("nothing to say").isEmpty();

        open.add(HEAD);
        writer.anchor("T1");
        assertThat(written(producer))
                .singleElement()
                .satisfies(it -> assertThat(it.anchors()).containsExactly(HEAD));
        open.clear();
        open.add(written(producer).get(0).head());
        writer.anchor("T1");
        assertThat(written(producer)).hasSize(1);

        open.add(HEAD);
        writer.write("T1", List.of(ACT), SHORT);
        writer.anchor("T1");
        assertThat(written(producer))
                .extracting(AuditEntry::seq, AuditEntry::action)
                .containsExactly(tuple(1L, Action.ANCHOR), tuple(2L, ACT.action()), tuple(3L, Action.ANCHOR));
    }

    @Test
    void whatWasNotTakenLeavesNoGap() {
        AuditWriter writer = writer(producer, List.of());
        writer.write("T1", List.of(ACT), SHORT);
        producer.sendException = new TimeoutException("no memory");
        assertThatExceptionOfType(AuditUnavailable.class)
                .isThrownBy(() -> writer.write("T1", List.of(ACT), SHORT))
                .withMessage("the audit trail does not take entries: TimeoutException");
        producer.sendException = null;
        writer.write("T1", List.of(ACT), SHORT);

        assertThat(written(producer)).extracting(AuditEntry::seq).containsExactly(1L, 2L);
        assertThat(writer.failures()).isEqualTo(1);
    }

    @Test
    void whatIsNotStoredInTimeKeepsItsPlace() {
        MockProducer<String, byte[]> slow = producer(false);
        AuditWriter writer = writer(slow, List.of());
        assertThatExceptionOfType(AuditUnavailable.class).isThrownBy(() -> writer.write("T1", List.of(ACT), SHORT));
        writer.append("T1", List.of(ACT));

        assertThat(written(slow)).extracting(AuditEntry::seq).containsExactly(1L, 2L);
        assertThat(writer.failures()).isEqualTo(1);
    }

    @Test
    void manyThreadsMakeOneChain() {
        AuditWriter writer = writer(producer, List.of());
        IntStream.range(0, 500).parallel().forEach(it -> writer.append("T1", List.of(ACT, ACT)));

        List<AuditEntry> written = written(producer);
        for (int i = 0; i < 1000; i++) {
            assertThat(written.get(i).seq()).isEqualTo(i + 1);
        }
    }
}

package io.outcometracker.ingest.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AuditChain;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Head;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is done to the log, and what is said of it. The log: writer A begins, B works beside it, A ends, C starts after it
 * and says what it has read.
 */
class ChainCheckTest {
    private static final Map<Chain, Head> NOTHING = Map.of();
    private static final Chain CHAIN_C = new Chain("C", "T1");

    private final TestChain topic = new TestChain();
    private Head headOfC = new Head("C", 1, "0".repeat(64));

    @BeforeEach
    void write() {
        AuditChain a = topic.write(new AuditChain("A", "T1"), 3); // 0 to 2
        AuditChain b = topic.write(new AuditChain("B", "T1"), 2); // 3, 4
        topic.write(a, 2); // 5, 6
        topic.write(b, 1); // 7
        AuditChain c = new AuditChain("C", "T1");
        topic.anchor(c, topic.head("A"), topic.head("B")); // 8
        topic.write(c, 3); // 9 to 11
        headOfC = topic.head("C");
    }

    private String[] findings() {
        return topic.check().findings(NOTHING).stream().map(Finding::toString).toArray(String[]::new);
    }

    static IntStream all() {
        return IntStream.range(0, 12);
    }

    @Test
    void findsNothingInWhatWasWritten() {
        ChainCheck check = topic.check();
        assertThat(check.findings(Map.of(CHAIN_C, headOfC))).isEmpty();
        assertThat(check.entries()).isEqualTo(12);
        assertThat(check.heads()).hasSize(3).containsEntry(CHAIN_C, headOfC);
    }

    @ParameterizedTest
    @MethodSource("all")
    void findsAnAlteredField(int place) {
        AuditEntry entry = topic.log.get(place);
        topic.log.set(place, TestChain.altered(entry));
        assertThat(findings())
                .containsExactly("outcomes.audit.v1 3/" + place + ": " + entry.auditId()
                        + " was altered: its hash is of something else");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 8, 9, 10})
    void findsAnAlteredEntryWithANewHashByTheNext(int place) {
        AuditEntry entry = topic.log.get(place);
        topic.log.set(place, TestChain.forged(entry));
        assertThat(findings())
                .containsExactly("outcomes.audit.v1 3/" + place + ": " + entry.auditId()
                        + " was replaced: the next entry follows another");
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7})
    void findsAnAlteredLastEntryByWhatAnotherWriterHasSeen(int place) {
        AuditEntry entry = topic.log.get(place);
        topic.log.set(place, TestChain.forged(entry));
        assertThat(findings())
                .containsExactly(
                        "outcomes.audit.v1 3/8: " + entry.auditId() + " was replaced: C|T1|1 has seen another");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 9, 10})
    void findsARemovedEntry(int place) {
        AuditEntry removed = topic.log.remove(place);
        assertThat(findings()).containsExactly("outcomes.audit.v1: " + removed.auditId() + " is missing");
    }

    @Test
    void findsSeveralRemovedEntries() {
        topic.log.remove(2);
        topic.log.remove(1);
        assertThat(findings()).containsExactly("outcomes.audit.v1: A|T1|2 to 3 are missing");
    }

    @Test
    void findsARemovedTailByWhatAnotherWriterHasSeen() {
        topic.log.remove(6);
        topic.log.remove(5);
        // C's anchor was at 8.
        assertThat(findings()).containsExactly("outcomes.audit.v1 3/6: A|T1|4 to 5 are missing: C|T1|1 has seen 5");
    }

    @Test
    void findsARemovedChainByWhatAnotherWriterHasSeen() {
        topic.log.removeIf(it -> it.writer().equals("A"));
        assertThat(findings()).containsExactly("outcomes.audit.v1 3/3: A|T1|1 to 5 are missing: C|T1|1 has seen 5");
    }

    @Test
    void findsTheLastTailByWhatWasRemembered() {
        topic.log.remove(11);
        assertThat(topic.check().findings(NOTHING)).isEmpty();
        assertThat(topic.check().findings(Map.of(CHAIN_C, headOfC)))
                .extracting(Finding::toString)
                .containsExactly("outcomes.audit.v1: C|T1|4 is missing: an earlier verification saw 4");
    }

    @Test
    void findsAReplacedLastEntryByWhatWasRemembered() {
        topic.log.set(11, TestChain.forged(topic.log.get(11)));
        assertThat(topic.check().findings(NOTHING)).isEmpty();
        assertThat(topic.check().findings(Map.of(CHAIN_C, headOfC)))
                .extracting(Finding::toString)
                .containsExactly("outcomes.audit.v1: C|T1|4 was replaced: an earlier verification saw another");
    }

    @Test
    void findsNothingWhereAChainHasGoneOnSinceItWasRemembered() {
        AuditEntry earlier = topic.log.get(10);
        assertThat(topic.check().findings(Map.of(CHAIN_C, earlier.head()))).isEmpty();
    }

    @Test
    void findsTwoThatWereSwapped() {
        topic.swap(1, 2);
        assertThat(findings()).containsExactly("outcomes.audit.v1 3/2: A|T1|2 is out of its place: it comes after 3");
    }

    @Test
    void findsOneThatWasMovedToTheEndAndAltered() {
        topic.log.add(TestChain.forged(topic.log.remove(1)));
        assertThat(findings())
                .containsExactly(
                        "outcomes.audit.v1 3/11: A|T1|2 is out of its place: it comes after 5",
                        "outcomes.audit.v1 3/11: A|T1|2 was replaced: the next entry follows another");
    }

    @Test
    void findsAnEntryThatWasInsertedBesideTheTrueOne() {
        topic.log.add(2, TestChain.forged(topic.log.get(2)));
        assertThat(findings())
                .containsExactly(
                        "outcomes.audit.v1 3/3: A|T1|3 is there already: one of them was inserted",
                        "outcomes.audit.v1 3/2: A|T1|3 was replaced: the next entry follows another");
    }

    @Test
    void findsAnEntryThatIsThereTwice() {
        topic.log.add(topic.log.get(1));
        assertThat(findings())
                .containsExactly("outcomes.audit.v1 3/12: A|T1|2 is there already: one of them was inserted");
    }

    @Test
    void findsAChainThatDoesNotBeginWithItsFirstEntry() {
        AuditChain other = new AuditChain("D", "T1");
        other.add(other.next(TestChain.act("R")));
        AuditEntry second = other.next(TestChain.act("R"));
        topic.log.add(second);
        assertThat(findings()).containsExactly("outcomes.audit.v1: D|T1|1 is missing");
    }

    @Test
    void findsAnEntryUnderAnotherKey() {
        ChainCheck check = new ChainCheck();
        ConsumerRecord<String, byte[]> first = topic.messages().get(0);
        check.add(new ConsumerRecord<>(first.topic(), 0, 0, "T2", first.value()));
        assertThat(check.findings(NOTHING))
                .extracting(Finding::toString)
                .containsExactly("outcomes.audit.v1 0/0: A|T1|1 lies under another key than its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "null", "7"})
    void findsWhatIsNoEntryAndGoesOn(String value) {
        ChainCheck check = new ChainCheck();
        check.add(new ConsumerRecord<>("outcomes.audit.v1", 0, 0, "T1", value.getBytes(UTF_8)));
        check.add(topic.messages().get(0));
        assertThat(check.findings(NOTHING))
                .extracting(Finding::toString)
                .containsExactly("outcomes.audit.v1 0/0: cannot be read as an entry");
    }

    @Test
    void findsADeletionMark() {
        ChainCheck check = new ChainCheck();
        check.add(new ConsumerRecord<>("outcomes.audit.v1", 0, 0, "T1", null));
        assertThat(check.findings(NOTHING)).extracting(Finding::what).containsExactly("no entry");
    }
}

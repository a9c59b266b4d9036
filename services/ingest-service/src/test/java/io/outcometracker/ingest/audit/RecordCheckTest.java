package io.outcometracker.ingest.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AuditChain;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.RecordSeal;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordCheckTest {
    private static final String SCORE = """
            {"trial": "T1", "recordId": "R1", "version": 1, "value": 4, "receivedAt": "2026-03-01T12:00:00Z"}""";
    private static final String SENT_AGAIN = SCORE.replace("12:00", "13:00");
    private static final String PROTOCOL = "{\"trial\": \"T1\", \"version\": 1}";

    private final RecordCheck check = new RecordCheck();
    private final AuditChain chain = new AuditChain("W", "T1");
    private int offset;

    private ConsumerRecord<String, byte[]> message(Topic<?> topic, String key, RecordHeaders headers, String value) {
        return new ConsumerRecord<>(
                topic.name(),
                0,
                offset++,
                0L,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }

    /** A message as the service writes it, which is not stored yet. */
    private ConsumerRecord<String, byte[]> sealed(Topic<?> topic, String key, String value) {
        RecordHeaders headers = new RecordHeaders();
        RecordSeal.put(headers, value.getBytes(UTF_8));
        return message(topic, key, headers, value);
    }

    private void entry(Outcome outcome, ObjectType type, String id, @Nullable ConsumerRecord<String, byte[]> about) {
        AuditEntry next = chain.next(TestChain.act(
                Action.CREATE,
                outcome,
                new AuditObject(
                        type,
                        id,
                        1,
                        about == null
                                ? null
                                : RecordSeal.of(about.headers(), about.value()).orElseThrow(),
                        about == null || outcome != Outcome.ACCEPTED ? null : about.topic(),
                        about == null || outcome != Outcome.ACCEPTED ? null : about.partition(),
                        about == null || outcome != Outcome.ACCEPTED ? null : about.offset())));
        chain.add(next);
        check.add(next);
    }

    private void audit(ConsumerRecord<String, byte[]> about) {
        entry(Outcome.ACCEPTED, ObjectType.FOLLOW_UP, "R1", about);
    }

    private void store(ConsumerRecord<String, byte[]> message) {
        check.add(Topics.FOLLOW_UPS, message);
    }

    private List<String> findings() {
        return check.findings().stream().map(Finding::toString).toList();
    }

    @Test
    void findsNothingWhereBothSayTheSame() {
        ConsumerRecord<String, byte[]> one = sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE);
        ConsumerRecord<String, byte[]> other = sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE);
        audit(one);
        store(one);
        store(other);
        audit(other);
        assertThat(findings()).isEmpty();
        assertThat(check.records()).isEqualTo(2);
    }

    @Test
    void findsARecordWithoutEntry() {
        store(sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE));
        store(message(Topics.FOLLOW_UPS, "T1|P2", new RecordHeaders(), SCORE));
        assertThat(findings())
                .containsExactly(
                        "outcomes.follow-ups.v1 0/0: no audit entry says who wrote it",
                        "outcomes.follow-ups.v1 0/1: no audit entry says who wrote it");
    }

    @Test
    void findsAnEntryWithoutRecord() {
        audit(sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE));
        assertThat(findings())
                .containsExactly("outcomes.follow-ups.v1 0/0: is missing, although W|T1|1 says that it was stored");
    }

    @Test
    void findsAnAlteredRecord() {
        ConsumerRecord<String, byte[]> written = sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE);
        audit(written);
        offset = 0;
        store(message(
                Topics.FOLLOW_UPS,
                "T1|P1",
                new RecordHeaders(written.headers()),
                SCORE.replace("\"value\": 4", "\"value\": 5")));
        assertThat(findings()).containsExactly("outcomes.follow-ups.v1 0/0: was altered since W|T1|1");
    }

    @Test
    void aRecordMayLieElsewhereWhereATopicWasWrittenAnew() {
        ConsumerRecord<String, byte[]> written = sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE);
        audit(written);
        store(message(Topics.FOLLOW_UPS, "T1|P1", new RecordHeaders(written.headers()), SCORE));
        assertThat(findings()).isEmpty();
    }

    @Test
    void aRecordThatWasNotAcknowledgedMayBeThereOrNot() {
        ConsumerRecord<String, byte[]> there = sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE);
        entry(Outcome.UNACKNOWLEDGED, ObjectType.FOLLOW_UP, "R1", there);
        entry(
                Outcome.UNACKNOWLEDGED,
                ObjectType.FOLLOW_UP,
                "R2",
                sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE.replace("R1", "R2")));
        store(there);
        assertThat(findings()).isEmpty();
    }

    @Test
    void aRecordThatWasCutOffFromItsEntryIsSettledOnceItIsSentAgain() {
        store(sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE));
        ConsumerRecord<String, byte[]> again = sealed(Topics.FOLLOW_UPS, "T1|P1", SENT_AGAIN);
        store(again);
        audit(again);
        assertThat(findings()).isEmpty();
    }

    @Test
    void anotherContentOrParticipantSettlesNothing() {
        store(sealed(Topics.FOLLOW_UPS, "T1|P1", SCORE.replace("4", "5")));
        store(sealed(Topics.FOLLOW_UPS, "T1|P2", SCORE));
        ConsumerRecord<String, byte[]> again = sealed(Topics.FOLLOW_UPS, "T1|P1", SENT_AGAIN);
        store(again);
        audit(again);
        assertThat(findings()).hasSize(2);
    }

    @Test
    void aProtocolThatWasCutOffFromItsEntryIsSettledOnceItIsPutAgainUnchanged() {
        check.add(Topics.TRIALS, sealed(Topics.TRIALS, "T1", PROTOCOL));
        assertThat(findings()).hasSize(1);
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", null);
        assertThat(findings()).isEmpty();
    }

    @Test
    void anAlteredProtocolIsNotSettledByPuttingItAgain() {
        ConsumerRecord<String, byte[]> written = sealed(Topics.TRIALS, "T1", PROTOCOL);
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", written);
        check.add(Topics.TRIALS, message(Topics.TRIALS, "T1", new RecordHeaders(written.headers()), PROTOCOL + " "));
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", null);
        assertThat(findings()).containsExactly("outcomes.trials.v1 0/1: no audit entry says who wrote it");
    }

    @Test
    void anEarlierProtocolMayHaveBeenCompactedButNotTheLatest() {
        ConsumerRecord<String, byte[]> first = sealed(Topics.TRIALS, "T1", PROTOCOL);
        ConsumerRecord<String, byte[]> second = sealed(Topics.TRIALS, "T1", PROTOCOL.replace("1}", "2}"));
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", first);
        check.add(Topics.TRIALS, second);
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", second);
        entry(Outcome.ACCEPTED, ObjectType.PROTOCOL, "T1", sealed(Topics.TRIALS, "T1", PROTOCOL));
        assertThat(findings())
                .containsExactly("outcomes.trials.v1 0/2: is missing, although W|T1|3 says that it was stored");
    }

    @Test
    void whatWasRefusedNeedsNoRecord() {
        entry(Outcome.REFUSED, ObjectType.FOLLOW_UP, "R1", null);
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ObjectType.class)
    void everythingThatIsStoredIsCompared(ObjectType type) {
        assertThat(RecordCheck.AUDITED.containsValue(type)).isEqualTo(type != ObjectType.METRICS);
    }
}

package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.outcometracker.contract.AuditEntry.Head;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class AuditChainTest {
    private static final AuditAct ACT = new RandomValues(1).auditAct();

    static Stream<Golden> goldens() {
        return Golden.of(Topics.AUDIT).stream();
    }

    /** The golden messages were hashed by another program. */
    @ParameterizedTest
    @MethodSource("goldens")
    void anEntryHasTheHashThatOthersCompute(Golden golden) {
        assertThat(AuditHash.of(golden.json()))
                .isEqualTo(golden.json().get("hash").stringValue());
    }

    @Test
    void theHashIsOverSortedNamesWithoutWhiteSpaceAndWithTheShortestEscapes() {
        ObjectNode entry = (ObjectNode)
                Json.MAPPER.readTree(
                        "{\"b\": [1, {\"z\": null, \"a\": \"/\\u001f\\n\\u007f\\u20ac\\\"\\\\\"}], \"hash\": \"x\", \"B\": 2, \"a\": true}");
        assertThat(new String(AuditHash.canonical(entry), UTF_8))
                .isEqualTo("{\"B\":2,\"a\":true,\"b\":[1,{\"a\":\"/\\u001f\\n\u007f€\\\"\\\\\",\"z\":null}]}");
    }

    /** Who verifies hashes what was read, as it was read. */
    @Test
    void anEntryHasTheHashOfWhatIsWrittenOfIt() {
        long seed = ThreadLocalRandom.current().nextLong();
        RandomValues values = new RandomValues(seed);
        for (int i = 0; i < 500; i++) {
            AuditEntry entry = values.auditEntry();
            byte[] written = Topics.AUDIT.serde().serializer().serialize(Topics.AUDIT.name(), entry);
            ObjectNode read = (ObjectNode) Json.MAPPER.readTree(written);
            assertThat(entry.hash()).as("seed %d", seed).isEqualTo(AuditHash.of(read));
        }
    }

    @Test
    void anEntryIsWrittenAsItIsAndWithItsHash() {
        long seed = ThreadLocalRandom.current().nextLong();
        RandomValues values = new RandomValues(seed);
        AuditChain chain = new AuditChain("W", "T1");
        for (int i = 0; i < 500; i++) {
            AuditChain.Written next = chain.write(values.auditAct(), null);
            chain.add(next.entry());
            assertThat(Topics.AUDIT.serde().deserializer().deserialize(Topics.AUDIT.name(), next.json()))
                    .as("seed %d", seed)
                    .isEqualTo(next.entry());
            assertThat(AuditHash.of((ObjectNode) Json.MAPPER.readTree(next.json())))
                    .isEqualTo(next.entry().hash());
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void everyFieldCountsForTheHashKnownOrNot(Golden golden) {
        String hash = AuditHash.of(golden.json());
        golden.json().propertyNames().stream()
                .filter(it -> !it.equals("hash"))
                .forEach(it -> assertThat(AuditHash.of(golden.without("/" + it).json()))
                        .as(it)
                        .isNotEqualTo(hash));
        assertThat(AuditHash.of(golden.with("/addedLater", "1").json())).isNotEqualTo(hash);
        assertThat(AuditHash.of(golden.with("/hash", "\"other\"").json())).isEqualTo(hash);
    }

    @Test
    void eachEntryHasTheNextNumberAndTheHashOfTheOneBefore() {
        AuditChain chain = new AuditChain("W", "T1");
        assertThat(chain.isEmpty()).isTrue();
        AuditEntry first = chain.next(ACT);
        assertThat(first.seq()).isEqualTo(1);
        assertThat(first.prevHash()).isEqualTo("0".repeat(64));
        chain.add(first);
        AuditEntry second = chain.next(ACT);
        assertThat(second.seq()).isEqualTo(2);
        assertThat(second.prevHash()).isEqualTo(first.hash());
        assertThat(second.hash()).isNotEqualTo(first.hash());
        assertThat(AuditHash.of(Json.MAPPER.valueToTree(second))).isEqualTo(second.hash());
        assertThat(chain.isEmpty()).isFalse();
    }

    @Test
    void anEntryThatWasNotAddedIsMadeAnew() {
        AuditChain chain = new AuditChain("W", null);
        chain.next(ACT);
        assertThat(chain.next(ACT).auditId()).isEqualTo("W||1");
        assertThat(chain.next(ACT).key()).isEqualTo("W");
    }

    @Test
    void onlyTheNextEntryIsAdded() {
        AuditChain chain = new AuditChain("W", "T1");
        AuditEntry first = chain.next(ACT);
        chain.add(first);
        assertThatIllegalArgumentException().isThrownBy(() -> chain.add(first));
        AuditChain other = new AuditChain("W", "T1");
        other.add(other.next(new RandomValues(2).auditAct()));
        assertThatIllegalArgumentException().isThrownBy(() -> chain.add(other.next(ACT)));
    }

    @Test
    void anAnchorNamesTheHeadsOfOtherChains() {
        AuditChain chain = new AuditChain("W", "T1");
        Head head = new Head("V", 7, "a".repeat(64));
        AuditEntry anchor = chain.next(AuditAct.anchor(Instant.EPOCH), List.of(head));
        assertThat(anchor.action()).isEqualTo(AuditEntry.Action.ANCHOR);
        assertThat(anchor.anchors()).containsExactly(head);
    }

    @Test
    void aSealIsOfTheNonceAndTheValue() {
        byte[] value = "{\"arm\":\"A\"}".getBytes(UTF_8);
        RecordHeaders headers = new RecordHeaders();
        // printf '0123456789abcdef{"arm":"A"}' | sha256sum
        String expected = "6a4ea4a24c82b725fd815f5f2a9385cf48fae18e1402449d7534906608b89b54";
        assertThat(RecordSeal.put(headers, value, "0123456789abcdef".getBytes(UTF_8)))
                .isEqualTo(expected);
        assertThat(RecordSeal.of(headers, value)).hasValue(expected);
        assertThat(RecordSeal.of(headers, "{\"arm\":\"B\"}".getBytes(UTF_8)))
                .get()
                .isNotEqualTo(expected);
    }

    @Test
    void theSameValueHasAnotherSealEachTime() {
        byte[] value = {1};
        assertThat(RecordSeal.put(new RecordHeaders(), value)).isNotEqualTo(RecordSeal.put(new RecordHeaders(), value));
    }

    @Test
    void aMessageWithoutNonceOrValueHasNoSeal() {
        RecordHeaders headers = new RecordHeaders();
        assertThat(RecordSeal.of(headers, new byte[] {1})).isEmpty();
        RecordSeal.put(headers, new byte[] {1});
        assertThat(RecordSeal.of(headers, null)).isEmpty();
        headers.add(RecordSeal.NONCE, new byte[] {1});
        assertThat(RecordSeal.of(headers, new byte[] {1})).isEmpty();
    }
}

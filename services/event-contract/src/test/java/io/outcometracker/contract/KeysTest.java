package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes, keys and cohorts. */
class KeysTest {

    static Stream<String> goodCodes() {
        return Stream.of("A", "0", "a.b_c-d", "S01-0007-M4-NRS", "A".repeat(64));
    }

    static Stream<String> badCodes() {
        return Stream.of("", " ", "a b", "a|b", "|", "a ", " a", "-a", "_a", ".a", "a\n", "é", "a/b", "A".repeat(65));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest
    @MethodSource("goodCodes")
    void aCodeIsLettersDigitsDotsUnderscoresAndHyphens(String code) {
        assertThat(Code.isValid(code)).isTrue();
        assertThat(Code.require(code, "field")).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("badCodes")
    void nothingElseIsACodeAndTheRefusalDoesNotQuoteIt(String code) {
        assertThat(Code.isValid(code)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Code.require(code, "field"))
                .withMessage("field must be 1 to 64 letters, digits, dots, underscores or hyphens, "
                        + "starting with a letter or digit");
        assertThatIllegalArgumentException().isThrownBy(() -> new ParticipantKey("T", code));
        assertThatIllegalArgumentException().isThrownBy(() -> new ParticipantKey(code, "P"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint(code, "V", "I"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("T", code, "I"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("T", "V", code));
        assertThatIllegalArgumentException().isThrownBy(() -> new Cohort(code, "x"));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aKeyReadsBackAsItWas(long seed) {
        RandomValues random = new RandomValues(seed);
        ParticipantKey participant = new ParticipantKey(random.code(), random.code());
        assertThat(ParticipantKey.parse(participant.toString())).isEqualTo(participant);
        Endpoint endpoint = new Endpoint(random.code(), random.code(), random.code());
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
        Cohort cohort = random.cohort();
        assertThat(Cohort.parse(cohort.toString())).isEqualTo(cohort);
    }

    @Test
    void keysOfTopicsAreFixed() {
        assertThat(new ParticipantKey("T", "P")).hasToString("T|P");
        assertThat(new Endpoint("T", "V", "I")).hasToString("T|V|I");
        assertThat(Cohort.ALL).hasToString("all");
        assertThat(Cohort.arm("A")).hasToString("arm=A");
        assertThat(CohortMetric.key(new Endpoint("T", "V", "I"), Cohort.site("S")))
                .isEqualTo("T|V|I|site=S");
        assertThat(keys(Topics.COHORT_METRICS, CohortMetric::key))
                .contains("T1|M4|NRS|all", "T1|M4|NRS|cellType=autologous MSC");
        assertThat(keys(Topics.COMPLETENESS, Completeness::key)).contains("T1|M4|NRS|all", "T1|M4|NRS|site=S01");
        assertThat(keys(Topics.TRIAL_SUMMARIES_UNBLINDED, TrialSummary::key)).contains("T1|all", "T1|arm=BM-MSC");
        assertThat(keys(Topics.DISPOSITIONS, Disposition::key))
                .containsOnly(
                        "T1|P-0007|follow-up|S01-0007-M4-NRS",
                        "T1|P-0007|adverse-event|S01-0007-AE1",
                        "T1|P-0007|enrolment",
                        "T1|P-0007|erasure");
        assertThat(keys(Topics.FOLLOW_UPS, FollowUp::key)).containsOnly("T1|P-0007");
        assertThat(keys(Topics.ENROLMENTS, Enrolment::key)).containsOnly("T1|P-0007");
        assertThat(keys(Topics.ADVERSE_EVENTS, AdverseEvent::key)).containsOnly("T1|P-0007");
        assertThat(keys(Topics.ERASURES, Erasure::key)).containsOnly("T1|P-0007");
        assertThat(keys(Topics.UNBLINDINGS, Unblinding::key)).containsOnly("T1", "T1|P-0007");
        assertThat(keys(Topics.AUDIT, AuditEntry::key)).containsOnly("T1", "ingest-service-1");
        assertThat(keys(Topics.AUDIT, AuditEntry::auditId)).contains("ingest-service-1|T1|7", "ingest-service-1||1");
    }

    private static <V> Stream<String> keys(Topic<V> topic, Function<V, Object> key) {
        return Golden.of(topic).stream()
                .map(it -> key.apply(it.read(topic.valueType())).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "T", "T|V", "T|V|", "|V|I", "T|V|I|X", "T|V|I|"})
    void whatIsNoEndpointKeyIsRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "T", "T|", "|P", "T|P|X", "T|P|"})
    void whatIsNoParticipantKeyIsRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> ParticipantKey.parse(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "arm", "arm=", "arm= ", "all=", "all=A", "=A", "a b=c"})
    void whatIsNoCohortIsRefused(String label) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cohort.parse(label));
    }

    @Test
    void aCohortsValueMayHoldAnEqualsSign() {
        assertThat(Cohort.parse("stratum=a=b")).isEqualTo(new Cohort("stratum", "a=b"));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void cohortsAreOrderedAllFirstThenByGroupingAndValue(long seed) {
        List<Cohort> ordered = List.of(
                Cohort.ALL,
                Cohort.arm("A"),
                Cohort.arm("B"),
                new Cohort("cellType", "x"),
                Cohort.site("S1"),
                Cohort.site("S2"));
        List<Cohort> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(seed));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ordered);
    }
}

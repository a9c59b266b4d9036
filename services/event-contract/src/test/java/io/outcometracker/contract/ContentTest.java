package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.outcometracker.contract.Protocol.Instrument;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes two values the same, what an absent field means, how numbers are written, and what a log does not show. */
class ContentTest {
    private static final Golden FOLLOW_UP = Golden.named(Topics.FOLLOW_UPS, "full-final");
    private static final Golden ENROLMENT = Golden.named(Topics.ENROLMENTS, "full-on-study");
    private static final Golden PROTOCOL = Golden.named(Topics.TRIALS, "full");

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /trial           ; "X"                    ; false
            /recordId        ; "X"                    ; false
            /site            ; "X"                    ; false
            /participant     ; "X"                    ; false
            /visit           ; "X"                    ; false
            /instrument      ; "X"                    ; false
            /value           ; 4.51                   ; false
            /unit            ; "mm"                   ; false
            /unit            ; null                   ; false
            /comparator      ; "<"                    ; false
            /assessedOn      ; "2026-03-02"           ; false
            /status          ; "amended"              ; false
            /reasonForChange ; "typing error"         ; false
            /notDoneReason   ; "ill"                  ; false
            /value           ; 4.5                    ; true
            /value           ; 45E-1                  ; true
            /valueAsSent     ; "4.5"                  ; true
            /baseline        ; false                  ; true
            /receivedAt      ; "2027-01-01T00:00:00Z" ; true
            /protocolVersion ; 7                      ; true
            """)
    void aFollowUpIsTheSameInWhateverNotationAndWhenever(String pointer, String value, boolean same) {
        FollowUp one = FOLLOW_UP.read(FollowUp.class);
        FollowUp other = FOLLOW_UP.with(pointer, value).read(FollowUp.class);
        assertThat(one.sameContent(other)).isEqualTo(same);
        assertThat(other.sameContent(one)).isEqualTo(same);
    }

    @Test
    void aFollowUpOfAnotherVersionOrWithoutAScoreIsAnother() {
        Golden error = Golden.named(Topics.FOLLOW_UPS, "entered-in-error-with-score");
        FollowUp one = error.read(FollowUp.class);
        assertThat(one.sameContent(error.with("/version", "4").read(FollowUp.class)))
                .isFalse();
        FollowUp withoutScore = error.without("/value").read(FollowUp.class);
        assertThat(one.sameContent(withoutScore)).isFalse();
        assertThat(withoutScore.sameContent(one)).isFalse();
        assertThat(withoutScore.sameContent(error.without("/value").read(FollowUp.class)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /trial           ; "X"                              ; false
            /participant     ; "X"                              ; false
            /version         ; 2                                ; false
            /site            ; "X"                              ; false
            /arm             ; "X"                              ; false
            /arm             ; null                             ; false
            /day1            ; "2025-11-04"                     ; false
            /strata          ; {"cellType": "autologous MSC"}   ; false
            /strata          ; {}                               ; false
            /status          ; "off-study"                      ; false
            /offStudyReason  ; "COMPLETED"                      ; false
            /offStudyOn      ; "2026-01-02"                     ; false
            /receivedAt      ; "2027-01-01T00:00:00Z"           ; true
            /protocolVersion ; 7                                ; true
            """)
    void anEnrolmentIsTheSameWheneverItArrives(String pointer, String value, boolean same) {
        Golden onStudy = ENROLMENT.with("/offStudyOn", "\"2026-01-01\"");
        Enrolment one = onStudy.read(Enrolment.class);
        Enrolment other = onStudy.with(pointer, value).read(Enrolment.class);
        assertThat(one.sameContent(other)).isEqualTo(same);
        assertThat(other.sameContent(one)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /trial           ; "X"                    ; false
            /recordId        ; "X"                    ; false
            /version         ; 3                      ; false
            /site            ; "X"                    ; false
            /participant     ; "X"                    ; false
            /term            ; "X"                    ; false
            /term            ; null                   ; false
            /onsetOn         ; "2026-02-28"           ; false
            /severity        ; "mild"                 ; false
            /serious         ; false                  ; false
            /status          ; "final"                ; false
            /reasonForChange ; "typing error"         ; false
            /receivedAt      ; "2027-01-01T00:00:00Z" ; true
            /protocolVersion ; 7                      ; true
            """)
    void anAdverseEventIsTheSameWheneverItArrives(String pointer, String value, boolean same) {
        Golden amended = Golden.named(Topics.ADVERSE_EVENTS, "amended");
        AdverseEvent one = amended.read(AdverseEvent.class);
        AdverseEvent other = amended.with(pointer, value).read(AdverseEvent.class);
        assertThat(one.content().equals(other.content())).isEqualTo(same);
    }

    @Test
    void whoWasOnlyScreenedIsNotEnrolled() {
        assertThat(Golden.of(Topics.ENROLMENTS))
                .filteredOn(it -> !it.read(Enrolment.class).isEnrolled())
                .extracting(Golden::name)
                .containsExactly("excluded", "screened");
    }

    @Test
    void anUnblindingWithoutParticipantIsOfTheTrial() {
        assertThat(Golden.named(Topics.UNBLINDINGS, "trial")
                        .read(Unblinding.class)
                        .isOfTrial())
                .isTrue();
        assertThat(Golden.named(Topics.UNBLINDINGS, "participant")
                        .read(Unblinding.class)
                        .isOfTrial())
                .isFalse();
    }

    @Test
    void completenessIsDerivedFromTheNineStatuses() {
        Completeness all = Golden.named(Topics.COMPLETENESS, "full-all").read(Completeness.class);
        assertThat(all.counts()).isEqualTo(Completeness.Counts.of(10, 1, 2, 1, 3, 4, 5, 1, 2));
        assertThat(all.counts().completeness()).isEqualTo(13.0 / 17);
        assertThat(all.counts().retention()).isEqualTo(13.0 / 29);
        assertThat(all.counts().outOfWindow()).isEqualTo(3.0 / 13);
        assertThat(Completeness.Counts.of(0, 0, 0, 0, 0, 1, 0, 0, 0))
                .returns(null, Completeness.Counts::completeness)
                .returns(0.0, Completeness.Counts::retention)
                .returns(null, Completeness.Counts::outOfWindow);
    }

    @Test
    void whatIsPublishedOfNobodyOrOneParticipantSaysWhyItHasNoSpread() {
        assertThat(distribution(0).undefined()).isEqualTo(CohortMetric.Undefined.TOO_FEW);
        assertThat(distribution(1).undefined()).isEqualTo(CohortMetric.Undefined.TOO_FEW);
        assertThat(distribution(2).undefined()).isNull();
    }

    private static CohortMetric.Distribution distribution(long n) {
        return new CohortMetric.Distribution(n, null, null, null, null, null, null, null, null, null);
    }

    @ParameterizedTest
    @CsvSource({"P1D, PT24H", "PT24H, PT24H", "PT86400S, PT24H", "P7DT1M, PT168H1M", "PT1.5S, PT1.5S"})
    void durationsAreTextInHoursMinutesAndSeconds(String sent, String written) {
        Protocol protocol = PROTOCOL.with(
                        "/disclosure", "{\"release\": {\"every\": \"" + sent + "\", \"minNewRecords\": 1}}")
                .read(Protocol.class);
        assertThat(Json.MAPPER.writeValueAsString(protocol)).contains("\"every\":\"" + written + "\"");
    }

    @Test
    void mapsAreWrittenInOneOrder() {
        CohortMetric metric = Golden.named(Topics.COHORT_METRICS, "released-with-withheld")
                .with("/upTo", "{\"outcomes.follow-ups.v1\": [2, 1], \"outcomes.enrolments.v1\": [3]}")
                .read(CohortMetric.class);
        assertThat(Json.MAPPER.writeValueAsString(metric))
                .contains("\"upTo\":{\"outcomes.enrolments.v1\":[3],\"outcomes.follow-ups.v1\":[2,1]}");
        TrialSummary summary = Golden.named(Topics.TRIAL_SUMMARIES, "full-all")
                .with("/flow/excludedBy", "{\"b\": 1, \"a\": 2}")
                .with("/flow/leftBy", "{\"d\": 3, \"c\": 4}")
                .read(TrialSummary.class);
        assertThat(Json.MAPPER.writeValueAsString(summary))
                .contains("\"excludedBy\":{\"a\":2,\"b\":1}")
                .contains("\"leftBy\":{\"c\":4,\"d\":3}");
    }

    @Test
    void strataAreWrittenInOneOrder() {
        Map<String, String> strata = new LinkedHashMap<>();
        Stream.of("z", "a", "m", "B", "k").forEach(it -> strata.put(it, "x"));
        Enrolment enrolment =
                ENROLMENT.with("/strata", Json.MAPPER.valueToTree(strata)).read(Enrolment.class);
        assertThat(Json.MAPPER.writeValueAsString(enrolment))
                .contains("\"strata\":{\"B\":\"x\",\"a\":\"x\",\"k\":\"x\",\"m\":\"x\",\"z\":\"x\"}");
    }

    @Test
    void noStrataAndEmptyStrataAreTheSame() {
        assertThat(ENROLMENT.with("/strata", "{}").read(Enrolment.class))
                .isEqualTo(ENROLMENT.without("/strata").read(Enrolment.class));
    }

    @ParameterizedTest
    @CsvSource({
        "1E+2, 100",
        "0.000000001, 0.000000001",
        "4.50, 4.50",
        "-0.10, -0.10",
        "12345678901234567890.123456789, 12345678901234567890.123456789"
    })
    void aScoreStaysExactAndIsWrittenPlainly(String sent, String written) {
        String json = Json.MAPPER.writeValueAsString(FOLLOW_UP.json()).replace("\"value\":4.50", "\"value\":" + sent);
        FollowUp followUp = Json.MAPPER.readValue(json, FollowUp.class);
        assertThat(followUp.value()).isEqualTo(new BigDecimal(sent));
        assertThat(Json.MAPPER.writeValueAsString(followUp)).contains("\"value\":" + written + ",");
    }

    @Test
    void whatAProtocolLeavesOutHasTheDocumentedDefault() {
        String json = """
                {"trial": "T", "version": 1, "sites": ["S"],
                 "arms": [{"code": "A"}],
                 "visits": [{"code": "V", "day": 1, "windowOpen": 1, "windowClose": 1}],
                 "instruments": [{"code": "I", "decimals": 0, "higherIsWorse": true},
                                 {"code": "J", "decimals": 0, "higherIsWorse": true, "hasBaseline": false},
                                 {"code": "K", "decimals": 0, "higherIsWorse": true, "percentChange": false}]}
                """;
        Protocol protocol = Json.MAPPER.readValue(json, Protocol.class);
        assertThat(protocol.masked()).isFalse();
        assertThat(protocol.groupings()).isEmpty();
        assertThat(protocol.arms()).singleElement().returns(false, Protocol.Arm::control);
        assertThat(protocol.baseline()).isEmpty();
        assertThat(protocol.pValues()).isFalse();
        assertThat(protocol.disclosure()).isNull();
        assertThat(protocol.instruments())
                .extracting(Instrument::code, Instrument::measuresChange, Instrument::measuresPercentChange)
                .containsExactly(tuple("I", true, true), tuple("J", false, false), tuple("K", true, false));
        assertThat(protocol.instruments()).extracting(Instrument::logScale).containsOnly(false);

        Protocol withoutArms =
                Json.MAPPER.readValue(json.replace("\"arms\": [{\"code\": \"A\"}],", ""), Protocol.class);
        assertThat(withoutArms.arms()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/version", "/instruments/0/decimals", "/instruments/0/higherIsWorse", "/visits/0/day"})
    void whatHasNoDefaultMayNotBeLeftOut(String pointer) {
        assertThat(PROTOCOL.without(pointer).problem())
                .hasValueSatisfying(it -> assertThat(it).contains(pointer + ": is required and must be "));
        assertThat(PROTOCOL.with(pointer, "null").problem())
                .hasValueSatisfying(it -> assertThat(it).contains(pointer + ": is required and must be "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /version                    ; 9      ; true
            /instruments/0/max          ; 10.0   ; true
            /instruments/0/max          ; 1E1    ; true
            /instruments/0/mcid/value   ; 2.00   ; true
            /instruments/2/step         ; 1E-1   ; true
            /instruments/0/max          ; 11     ; false
            /title                      ; "X"    ; false
            /masked                     ; false  ; false
            /pValues                    ; false  ; true
            /pValues                    ; true   ; false
            /disclosure                 ; {}     ; false
            /catalogue                  ; "1"    ; false
            /participantCode            ; "[A-Z]+" ; false
            /instruments/0/logScale     ; true   ; false
            /sites                      ; ["S1"] ; false
            /groupings                  ; []     ; false
            /visits/0/instruments       ; []     ; false
            """)
    void aPlanIsTheSameWhateverItsVersionAndNotation(String pointer, String value, boolean same) {
        Protocol one = PROTOCOL.read(Protocol.class);
        Protocol other = PROTOCOL.with(pointer, value).read(Protocol.class);
        assertThat(one.samePlan(other)).isEqualTo(same);
        assertThat(other.samePlan(one)).isEqualTo(same);
    }

    @Test
    void limitsAreWrittenPlainly() {
        Instrument steps = PROTOCOL.with("/instruments/0/max", "1E+5")
                .read(Protocol.class)
                .instruments()
                .get(0);
        assertThat(steps.max()).hasToString("100000");
    }

    @Test
    void aProtocolFindsItsParts() {
        Protocol protocol = PROTOCOL.read(Protocol.class);
        assertThat(protocol.arm("SALINE")).get().returns(true, Protocol.Arm::control);
        assertThat(protocol.arm("X")).isEmpty();
        assertThat(protocol.visit("M4")).get().returns(120, Protocol.Visit::day);
        assertThat(protocol.visit("X")).isEmpty();
        assertThat(protocol.instrument("IL6")).get().returns("pg/mL", Instrument::unit);
        assertThat(protocol.instrument("X")).isEmpty();
        assertThat(protocol.baseline()).get().returns("BL", Protocol.Visit::code);
    }

    @Test
    void aVisitThatListsNothingPlansEverythingButChangesAtBaseline() {
        Protocol protocol = PROTOCOL.read(Protocol.class);
        assertThat(protocol.planned())
                .extracting(Endpoint::toString)
                .containsExactly(
                        "CLBP-CELL-01|BL|NRS",
                        "CLBP-CELL-01|BL|BPI_INT",
                        "CLBP-CELL-01|BL|PROMIS_PF",
                        "CLBP-CELL-01|BL|IL6",
                        "CLBP-CELL-01|M4|NRS",
                        "CLBP-CELL-01|M4|BPI_INT",
                        "CLBP-CELL-01|M4|PROMIS_PF",
                        "CLBP-CELL-01|M4|PGIC",
                        "CLBP-CELL-01|M4|IL6");
        assertThat(protocol.isPlanned("BL", "PGIC")).isFalse();
        assertThat(protocol.isPlanned("M4", "PGIC")).isTrue();
        assertThat(protocol.isPlanned("M4", "X")).isFalse();
        assertThat(protocol.isPlanned("X", "NRS")).isFalse();
    }

    @Test
    void aVisitPlansWhatItListsAndNothingElse() {
        Protocol protocol = PROTOCOL.with("/visits/0/instruments", "[\"PGIC\", \"NRS\"]")
                .with("/visits/1/instruments", "[]")
                .read(Protocol.class);
        assertThat(protocol.planned())
                .extracting(Endpoint::toString)
                .containsExactly("CLBP-CELL-01|BL|NRS", "CLBP-CELL-01|BL|PGIC");
        assertThat(protocol.isPlanned("BL", "PGIC")).isTrue();
        assertThat(protocol.isPlanned("BL", "IL6")).isFalse();
        assertThat(protocol.isPlanned("M4", "NRS")).isFalse();
    }

    @Test
    void aLogShowsNoParticipantNoValueAndNoArm() {
        assertThat(FOLLOW_UP.read(FollowUp.class)).hasToString("FollowUp[T1, version 1]");
        assertThat(ENROLMENT.read(Enrolment.class)).hasToString("Enrolment[T1, version 1]");
        assertThat(Golden.named(Topics.DISPOSITIONS, "follow-up-stale").read(Disposition.class))
                .hasToString("Disposition[T1, version 1 STALE]");
        assertThat(Golden.named(Topics.COHORT_METRICS_UNBLINDED, "by-arm").read(CohortMetric.class))
                .hasToString("CohortMetric[T1|M4|NRS, by arm]");
        assertThat(Golden.named(Topics.COMPLETENESS, "full-all")
                        .with("/cohort", "{\"by\": \"arm\", \"value\": \"BM-MSC\"}")
                        .read(Completeness.class))
                .hasToString("Completeness[T1|M4|NRS, by arm]");
        assertThat(Golden.named(Topics.TRIAL_SUMMARIES_UNBLINDED, "by-arm").read(TrialSummary.class))
                .hasToString("TrialSummary[T1, by arm]");
        assertThat(Golden.named(Topics.ADVERSE_EVENTS, "amended").read(AdverseEvent.class))
                .hasToString("AdverseEvent[T1, version 2]");
        assertThat(Golden.named(Topics.ERASURES, "full").read(Erasure.class)).hasToString("Erasure[T1]");
        assertThat(Golden.named(Topics.UNBLINDINGS, "participant").read(Unblinding.class))
                .hasToString("Unblinding[T1, one participant]");
        assertThat(Golden.named(Topics.UNBLINDINGS, "trial").read(Unblinding.class))
                .hasToString("Unblinding[T1]");
    }
}

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
        assertThat(protocol.instruments())
                .extracting(Instrument::code, Instrument::measuresChange, Instrument::measuresPercentChange)
                .containsExactly(tuple("I", true, true), tuple("J", false, false), tuple("K", true, false));

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
            /sites                      ; ["S1"] ; false
            /groupings                  ; []     ; false
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
    void aLogShowsNoParticipantNoValueAndNoArm() {
        assertThat(FOLLOW_UP.read(FollowUp.class)).hasToString("FollowUp[T1, version 1]");
        assertThat(ENROLMENT.read(Enrolment.class)).hasToString("Enrolment[T1, version 1]");
        assertThat(Golden.named(Topics.DISPOSITIONS, "follow-up-stale").read(Disposition.class))
                .hasToString("Disposition[T1, version 1 STALE]");
        assertThat(Golden.named(Topics.COHORT_METRICS_UNBLINDED, "by-arm").read(CohortMetric.class))
                .hasToString("CohortMetric[T1|M4|NRS, by arm]");
    }
}

package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a value has to keep to, shown by golden messages with one change. */
class RulesTest {
    private static final String CODE =
            " must be 1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

    static Stream<Arguments> protocols() {
        String days = "visits: there is no study day 0; the day before day 1 is day -1";
        String window = "visits: windowOpen <= day <= windowClose must hold";
        return Stream.of(
                rule("/trial", "'T 1'", "trial" + CODE),
                rule("/version", "0", "version must be 1 or more"),
                rule("/sites", "[]", "a trial has at least one site, one visit and one instrument"),
                rule("/visits", "[]", "a trial has at least one site, one visit and one instrument"),
                rule("/instruments", "[]", "a trial has at least one site, one visit and one instrument"),
                rule("/sites", "['S01', 'S02', 'S01']", "sites: S01 is there twice"),
                rule("/sites/0", "'S 1'", "sites" + CODE),
                rule("/sites/0", "null", "sites must not contain null"),
                rule("/arms/0", "null", "arms must not contain null"),
                rule("/visits/0", "null", "visits must not contain null"),
                rule("/instruments/0", "null", "instruments must not contain null"),
                rule("/groupings/0", "null", "groupings must not contain null"),
                rule("/groupings", "['a', 'a']", "groupings: a is there twice"),
                rule("/groupings", "['a|b']", "groupings" + CODE),
                rule("/groupings", "['all']", "groupings: all, arm and site are always there"),
                rule("/groupings", "['arm']", "groupings: all, arm and site are always there"),
                rule("/groupings", "['site']", "groupings: all, arm and site are always there"),
                rule("/arms/0/code", "'A|B'", "/arms/0: arms.code" + CODE),
                rule("/arms/0/code", "'SALINE'", "arms: SALINE is there twice"),
                rule("/arms/0/control", "true", "arms: at most one is the control"),
                rule("/visits/0/code", "'A B'", "/visits/0: visits.code" + CODE),
                rule("/visits/0/code", "'M4'", "visits: M4 is there twice"),
                rule("/visits/0/day", "0", "/visits/0: " + days),
                rule("/visits/0/windowOpen", "0", "/visits/0: " + days),
                rule("/visits/0/windowClose", "0", "/visits/0: " + days),
                rule("/visits/1/windowOpen", "121", "/visits/1: " + window),
                rule("/visits/1/windowClose", "119", "/visits/1: " + window),
                rule("/visits/1/windowOpen", "120", null),
                rule("/visits/1/windowClose", "120", null),
                rule("/visits/1/baseline", "true", "visits: at most one is the baseline"),
                rule("/instruments/0/code", "''", "/instruments/0: instruments.code" + CODE),
                rule("/instruments/0/code", "'IL6'", "instruments: IL6 is there twice"),
                rule("/instruments/0/decimals", "-1", "/instruments/0: instruments: decimals must be 0 to 9"),
                rule("/instruments/0/decimals", "10", "/instruments/0: instruments: decimals must be 0 to 9"),
                rule("/instruments/0/decimals", "9", null),
                rule("/instruments/0/min", "10.1", "/instruments/0: instruments: min must not exceed max"),
                rule("/instruments/0/min", "10", null),
                rule("/instruments/0/step", "0", "/instruments/0: instruments: step must be more than 0"),
                rule("/instruments/0/step", "-1", "/instruments/0: instruments: step must be more than 0"),
                rule("/instruments/0/rounding", "'up'", "/instruments/0/rounding: must be one of half-up, half-even"),
                rule(
                        "/instruments/0/mcid/source",
                        "' '",
                        "/instruments/0/mcid: mcid: source must say where the threshold comes from"),
                rule("/instruments/0/mcid/source", "null", "/instruments/0/mcid: mcid.source is missing"),
                rule("/instruments/0/mcid/value", "null", "/instruments/0/mcid: mcid.value is missing"),
                rule("/instruments/0/mcid/kind", "null", "/instruments/0/mcid: mcid.kind is missing"),
                rule(
                        "/instruments/0/mcid/kind",
                        "'abs'",
                        "/instruments/0/mcid/kind: must be one of ABS, PCT, VALUE_AT_MOST"));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void ofAProtocol(String pointer, String value, String problem) {
        check(Golden.named(Topics.TRIALS, "full"), pointer, value, problem);
    }

    static Stream<Arguments> enrolments() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/site", "''", "site" + CODE),
                rule("/arm", "'A|B'", "arm" + CODE),
                rule("/arm", "null", null),
                rule("/version", "0", "version and protocolVersion must be 1 or more"),
                rule("/protocolVersion", "0", "version and protocolVersion must be 1 or more"),
                rule("/status", "'off-study'", "a participant who left has offStudyOn"),
                rule("/status", "'follow-up-withdrawn'", "a participant who left has offStudyOn"),
                rule("/status", "null", "status is missing"),
                rule("/receivedAt", "null", "receivedAt is missing"),
                rule("/strata", "{'cell type': 'x'}", "strata: a name" + CODE),
                rule("/strata", "{'cellType': ' '}", "strata: a value must not be blank"),
                rule("/strata", "{'cellType': null}", "strata: a value must not be blank"));
    }

    @ParameterizedTest
    @MethodSource("enrolments")
    void ofAnEnrolment(String pointer, String value, String problem) {
        check(Golden.named(Topics.ENROLMENTS, "full-on-study"), pointer, value, problem);
    }

    static Stream<Arguments> followUps() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/recordId", "'R 1'", "recordId" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/site", "''", "site" + CODE),
                rule("/visit", "'M|4'", "visit" + CODE),
                rule("/instrument", "'N|RS'", "instrument" + CODE),
                rule("/version", "0", "version and protocolVersion must be 1 or more"),
                rule("/version", "2", "a version after the first has reasonForChange"),
                rule("/protocolVersion", "0", "version and protocolVersion must be 1 or more"),
                rule("/status", "null", "status is missing"),
                rule("/receivedAt", "null", "receivedAt is missing"),
                rule("/value", "null", "a final or amended record has a value and assessedOn"),
                rule("/assessedOn", "null", "a final or amended record has a value and assessedOn"),
                rule("/value", "0.0000000001", "value must have at most 9 decimals"),
                rule("/value", "0.1000000000", null));
    }

    @ParameterizedTest
    @MethodSource("followUps")
    void ofAFollowUp(String pointer, String value, String problem) {
        Golden full = Golden.named(Topics.FOLLOW_UPS, "full-final");
        check(full, pointer, value, problem);
        check(full.with("/status", "\"amended\""), pointer, value, problem);
    }

    static Stream<Arguments> rejections() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/site", "'S 1'", "site" + CODE),
                rule(
                        "/code",
                        "'out of range'",
                        "code must be 1 to 64 capitals, digits or underscores, starting with a capital"),
                rule("/code", "null", "code is missing"),
                rule("/pointer", "'value'", "pointer must be a JSON pointer"),
                rule("/pointer", "'/a~2'", "pointer must be a JSON pointer"),
                rule("/pointer", "'/a~'", "pointer must be a JSON pointer"),
                rule("/pointer", "'/a~0~1b//'", null),
                rule("/pointer", "null", "pointer is missing"),
                rule("/payloadSha256", "'9F'", "payloadSha256 must be 64 hexadecimal digits in lower case"),
                rule("/rejectedAt", "null", "rejectedAt is missing"));
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void ofARejection(String pointer, String value, String problem) {
        check(Golden.named(Topics.REJECTIONS, "full"), pointer, value, problem);
    }

    static Stream<Arguments> dispositions() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/recordId", "'R|1'", "recordId" + CODE),
                rule("/recordId", "null", "a follow-up has a recordId, an enrolment has none"),
                rule("/subject", "'enrolment'", "a follow-up has a recordId, an enrolment has none"),
                rule("/subject", "null", "subject is missing"),
                rule("/version", "0", "version and currentVersion must be 1 or more"),
                rule("/currentVersion", "0", "version and currentVersion must be 1 or more"),
                rule("/fate", "null", "fate is missing"),
                rule("/currentFate", "null", "currentFate is missing"),
                rule("/decidedAt", "null", "decidedAt is missing"));
    }

    @ParameterizedTest
    @MethodSource("dispositions")
    void ofADisposition(String pointer, String value, String problem) {
        check(Golden.named(Topics.DISPOSITIONS, "follow-up-applied"), pointer, value, problem);
    }

    static Stream<Arguments> metrics() {
        String nobody = "where n is 0, no other number is defined";
        String suppressed = "a suppressed metric has no number";
        String cohort = "/cohort: a cohort has a value unless it is grouped by all";
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/visit", "null", "visit is missing"),
                rule("/instrument", "''", "instrument" + CODE),
                rule("/cohort", "null", "cohort is missing"),
                rule("/cohort/by", "'all'", cohort),
                rule("/cohort/by", "'a b'", "/cohort: by" + CODE),
                rule("/cohort/value", "null", cohort),
                rule("/cohort/value", "' '", cohort),
                rule("/n", "-1", "n must be 0 or more"),
                rule("/n", "0", nobody),
                rule("/sd", "-0.1", "sd and se must be 0 or more"),
                rule("/se", "-0.1", "sd and se must be 0 or more"),
                rule("/mean", "'NaN'", "a number that is not defined is absent, never infinite or NaN"),
                rule("/max", "1e999", "a number that is not defined is absent, never infinite or NaN"),
                rule("/ci", "[2, 1]", "/ci/high: low must not exceed high"),
                rule("/ci", "[1]", "/ci/high: is required and must be a number"),
                rule("/ci", "[1, 1]", null),
                rule("/change/n", "0", "/change: " + nobody),
                rule("/nBaselineZero", "-1", "nBaselineZero must be 0 or more"),
                rule("/responders/30/observed/k", "5", "/responders/30/observed: 0 <= k <= n must hold"),
                rule("/responders/30/observed/k", "-1", "/responders/30/observed: 0 <= k <= n must hold"),
                rule("/responders/30/observed/rate", "1.1", "/responders/30/observed: rate must be 0 to 1"),
                rule("/responders/30/observed/rate", "-0.1", "/responders/30/observed: rate must be 0 to 1"),
                rule("/responders/30/observed", "null", "/responders/30: observed is missing"),
                rule("/responders/mcid/imputed", "null", null),
                rule("/suppressed", "true", suppressed),
                rule("/asOf", "null", "asOf is missing"),
                rule("/protocolVersion", "0", "protocolVersion must be 1 or more"));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void ofACohortMetric(String pointer, String value, String problem) {
        check(Golden.named(Topics.COHORT_METRICS, "by-site"), pointer, value, problem);
    }

    static Stream<Arguments> shownNumbers() {
        return Stream.of("/n", "/mean", "/ci", "/change", "/percentChange", "/nBaselineZero", "/responders")
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("shownNumbers")
    void ofASuppressedMetricWhichHasNoNumber(String pointer) {
        Golden suppressed = Golden.named(Topics.COHORT_METRICS, "suppressed");
        Golden shown = suppressed.with(
                pointer, Golden.named(Topics.COHORT_METRICS, "by-site").json().at(pointer));
        assertThat(shown.problem()).isPresent();
        assertThat(Schemas.errors(shown.topic(), shown.json())).isNotEmpty();
    }

    static Stream<Arguments> deadLetters() {
        return Stream.of(
                rule("/service", "null", "service is missing"),
                rule("/topic", "null", "topic is missing"),
                rule("/error", "null", "error is missing"),
                rule("/failedAt", "null", "failedAt is missing"),
                rule("/partition", "-1", "partition and offset must be 0 or more"),
                rule("/offset", "-1", "partition and offset must be 0 or more"));
    }

    @ParameterizedTest
    @MethodSource("deadLetters")
    void ofADeadLetter(String pointer, String value, String problem) {
        check(Golden.named(Topics.DEAD_LETTERS, "full"), pointer, value, problem);
    }

    /** A change and the problem that it makes; none if it is allowed. */
    private static Arguments rule(String pointer, String value, String problem) {
        return Arguments.of(pointer, value.replace('\'', '"'), problem);
    }

    private static void check(Golden golden, String pointer, String value, String problem) {
        Golden changed = golden.with(pointer, value);
        if (problem == null) {
            assertThat(changed.problem()).isEmpty();
        } else {
            assertThat(changed.problem())
                    .hasValue("not a readable %s on %s: %s"
                            .formatted(
                                    changed.topic().valueType().getSimpleName(),
                                    changed.topic().name(),
                                    problem));
        }
    }
}

package io.outcometracker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a value has to keep to, shown by golden messages with one change. */
class RulesTest {
    private static final String CODE =
            " must be 1 to 64 letters, digits, dots, underscores or hyphens, starting with a letter or digit";

    static Stream<Arguments> protocols() {
        String days = "visits: there is no study day 0; the day before day 1 is day -1";
        String every = "disclosure: release.every must be 1 second or more";
        String duration = "must be a duration such as PT24H";
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
                rule("/visits/0/instruments", "['NRS', null]", "/visits/0: visits.instruments must not contain null"),
                rule("/visits/0/instruments", "['NRS', 'NRS']", "/visits/0: visits.instruments: NRS is there twice"),
                rule("/visits/0/instruments", "['XYZ']", "visits: instruments must be among those of the trial"),
                rule("/visits/0/instruments", "['PGIC', 'NRS']", null),
                rule("/visits/0/instruments", "[]", null),
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
                rule("/disclosure", "{'threshold': 0}", "/disclosure: disclosure: threshold must be 1 or more"),
                rule("/disclosure", "{'threshold': 1}", null),
                rule("/disclosure", "{}", null),
                rule(
                        "/disclosure",
                        "{'public': {'threshold': 0}}",
                        "/disclosure/public: disclosure: threshold must be 1 or more"),
                rule("/disclosure", release("'PT0.999S'", "1"), "/disclosure/release: " + every),
                rule("/disclosure", release("'-PT24H'", "1"), "/disclosure/release: " + every),
                rule("/disclosure", release("'PT1S'", "1"), null),
                rule("/disclosure", release("'P1DT1H'", "1"), null),
                rule("/disclosure", release("'1 day'", "1"), "/disclosure/release/every: " + duration),
                rule("/disclosure", release("''", "1"), "/disclosure/release/every: " + duration),
                rule("/disclosure", release("86400", "1"), "/disclosure/release/every: " + duration),
                rule("/disclosure", release("8.64", "1"), "/disclosure/release/every: " + duration),
                rule("/disclosure", release("[24]", "1"), "/disclosure/release/every: " + duration),
                rule("/disclosure", release("null", "1"), "/disclosure/release: disclosure.release.every is missing"),
                rule(
                        "/disclosure",
                        release("'PT24H'", "0"),
                        "/disclosure/release: disclosure: release.minNewRecords must be 1 or more"),
                rule(
                        "/disclosure",
                        release("'PT24H'", "null"),
                        "/disclosure/release/minNewRecords: is required and must be a whole number"),
                rule("/instruments/0/mcid/source", "null", "/instruments/0/mcid: mcid.source is missing"),
                rule("/instruments/0/mcid/value", "null", "/instruments/0/mcid: mcid.value is missing"),
                rule("/instruments/0/mcid/kind", "null", "/instruments/0/mcid: mcid.kind is missing"),
                rule(
                        "/instruments/0/mcid/kind",
                        "'abs'",
                        "/instruments/0/mcid/kind: must be one of ABS, PCT, VALUE_AT_MOST"));
    }

    private static String release(String every, String minNewRecords) {
        return "{'release': {'every': %s, 'minNewRecords': %s}}".formatted(every, minNewRecords);
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
                rule("/status", "'screened'", "who is not enrolled has neither arm nor day1"),
                rule("/status", "'excluded'", "who is not enrolled has neither arm nor day1"),
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

    @ParameterizedTest
    @ValueSource(strings = {"screened", "excluded"})
    void ofSomebodyWhoIsNotEnrolled(String name) {
        Golden notEnrolled = Golden.named(Topics.ENROLMENTS, name);
        String problem = "who is not enrolled has neither arm nor day1";
        check(notEnrolled, "/arm", "\"BM-MSC\"", problem);
        check(notEnrolled, "/day1", "\"2025-11-03\"", problem);
        check(notEnrolled, "/offStudyOn", "null", null);
        check(notEnrolled, "/offStudyReason", "null", null);
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

    static Stream<Arguments> adverseEvents() {
        String whole = "a final or amended adverse event has onsetOn and severity";
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/recordId", "'R 1'", "recordId" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/site", "''", "site" + CODE),
                rule("/term", "'low back pain'", "term" + CODE),
                rule("/term", "null", null),
                rule("/version", "0", "version and protocolVersion must be 1 or more"),
                rule("/version", "2", "a version after the first has reasonForChange"),
                rule("/protocolVersion", "0", "version and protocolVersion must be 1 or more"),
                rule("/status", "null", "status is missing"),
                rule("/status", "'not-done'", "/status: must be one of final, amended, entered-in-error"),
                rule("/receivedAt", "null", "receivedAt is missing"),
                rule("/onsetOn", "null", whole),
                rule("/severity", "null", whole),
                rule("/severity", "'MILD'", "/severity: must be one of mild, moderate, severe"),
                rule("/serious", "null", "/serious: is required and must be true or false"));
    }

    @ParameterizedTest
    @MethodSource("adverseEvents")
    void ofAnAdverseEvent(String pointer, String value, String problem) {
        Golden full = Golden.named(Topics.ADVERSE_EVENTS, "full-final");
        check(full, pointer, value, problem);
        check(full.with("/status", "\"amended\""), pointer, value, problem);
    }

    static Stream<Arguments> erasures() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/orderedBy", "'Jane Doe'", "orderedBy" + CODE),
                rule("/orderedBy", "null", "orderedBy is missing"),
                rule("/reason", "null", "reason is missing"),
                rule("/reason", "' '", "reason must say why"),
                rule("/receivedAt", "null", "receivedAt is missing"));
    }

    @ParameterizedTest
    @MethodSource("erasures")
    void ofAnErasure(String pointer, String value, String problem) {
        check(Golden.named(Topics.ERASURES, "full"), pointer, value, problem);
    }

    static Stream<Arguments> unblindings() {
        return Stream.of(
                rule("/trial", "'T|1'", "trial" + CODE),
                rule("/participant", "'P 7'", "participant" + CODE),
                rule("/participant", "null", null),
                rule("/by", "'Jane Doe'", "by" + CODE),
                rule("/by", "null", "by is missing"),
                rule("/at", "null", "at is missing"),
                rule("/reason", "null", "reason is missing"),
                rule("/reason", "' '", "reason must say why"),
                rule("/receivedAt", "null", "receivedAt is missing"));
    }

    @ParameterizedTest
    @MethodSource("unblindings")
    void ofAnUnblinding(String pointer, String value, String problem) {
        check(Golden.named(Topics.UNBLINDINGS, "participant"), pointer, value, problem);
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
                rule("/recordId", "null", "a follow-up or adverse event has a recordId, others have none"),
                rule("/subject", "'enrolment'", "a follow-up or adverse event has a recordId, others have none"),
                rule("/subject", "'erasure'", "a follow-up or adverse event has a recordId, others have none"),
                rule("/subject", "'adverse-event'", null),
                rule(
                        "/subject",
                        "'FOLLOW_UP'",
                        "/subject: must be one of follow-up, enrolment, adverse-event, erasure"),
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

    @Test
    void ofADispositionOfAnAdverseEventWhichHasARecordId() {
        check(
                Golden.named(Topics.DISPOSITIONS, "adverse-event"),
                "/recordId",
                "null",
                "a follow-up or adverse event has a recordId, others have none");
    }

    static Stream<Arguments> metrics() {
        String nobody = "where n is 0, no other number is defined";
        String finite = "a number that is not defined is absent, never infinite or NaN";
        String undefined = "TOO_FEW, ZERO_VARIANCE, EQUAL_BASELINES, NOT_POSITIVE";
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
                rule("/mean", "'NaN'", finite),
                rule("/max", "1e999", finite),
                rule("/ci", "[2, 1]", "/ci/high: low must not exceed high"),
                rule("/ci", "[1]", "/ci/high: is required and must be a number"),
                rule("/ci", "[1, 1]", null),
                rule("/change/n", "0", "/change: " + nobody),
                rule("/nBaselineZero", "-1", "nBaselineZero and nOutsideLimits must be 0 or more"),
                rule("/nOutsideLimits", "-1", "nBaselineZero and nOutsideLimits must be 0 or more"),
                rule("/undefined", "'UNKNOWN'", "/undefined: must be one of " + undefined),
                rule("/withheld", "['change', null]", "withheld must not contain null"),
                rule("/withheld", "[]", null),
                rule("/upTo", "{'outcomes.follow-ups.v1': null}", "upTo is missing"),
                rule("/upTo", "{'outcomes.follow-ups.v1': [1, null]}", "upTo must not contain null"),
                rule("/upTo", "{'outcomes.follow-ups.v1': [1, -1]}", "upTo: an offset must be 0 or more"),
                rule("/upTo", "{'outcomes.follow-ups.v1': [1.5]}", "/upTo/*/0: must be a whole number"),
                rule("/geometricMean", "{'n': -1}", "/geometricMean: n must be 0 or more"),
                rule("/geometricMean", "{'n': 2, 'mean': 1e999}", "/geometricMean: " + finite),
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

    static Stream<Arguments> armComparisons() {
        String finite = "a number that is not defined is absent, never infinite or NaN";
        String counts = "nActive and nControl must be 0 or more";
        return Stream.of(
                rule("/control", "'A|B'", "versusControl.control" + CODE),
                rule("/control", "null", "versusControl.control is missing"),
                rule("/value", "null", null),
                rule("/change", "null", null),
                rule("/ancova", "null", null),
                rule("/value/nActive", "-1", "/value: " + counts),
                rule("/value/nControl", "-1", "/value: " + counts),
                rule("/value/nControl", "null", "/value/nControl: is required and must be a whole number"),
                rule("/value/difference", "1e999", "/value: " + finite),
                rule("/value/t", "-1e999", "/value: " + finite),
                rule("/value/se", "-0.1", "/value: se and df must be 0 or more"),
                rule("/value/df", "-0.1", "/value: se and df must be 0 or more"),
                rule("/value/p", "1.1", "/value: p must be 0 to 1"),
                rule("/value/p", "-0.1", "/value: p must be 0 to 1"),
                rule("/value/p", "1e999", "/value: " + finite),
                rule("/value/hedgesG/g", "null", "/value/hedgesG/g: is required and must be a number"),
                rule("/value/hedgesG/d", "1e999", "/value/hedgesG: " + finite),
                rule("/value/hedgesG/se", "-0.1", "/value/hedgesG: se and pooledSd must be 0 or more"),
                rule("/value/hedgesG/pooledSd", "-0.1", "/value/hedgesG: se and pooledSd must be 0 or more"),
                rule("/ancova/nActive", "-1", "/ancova: " + counts),
                rule("/ancova/nControl", "-1", "/ancova: " + counts),
                rule("/ancova/slope", "1e999", "/ancova: " + finite),
                rule("/ancova/df", "3.5", "/ancova/df: must be a whole number"),
                rule("/ancova/se", "-0.1", "/ancova: se must be 0 or more"),
                rule("/ancova/p", "1.1", "/ancova: p must be 0 to 1"),
                rule("/ancova/adjustedMeanActive", "1e999", "/ancova: " + finite),
                rule("/ancova/adjustedMeanControl", "1e999", "/ancova: " + finite));
    }

    @ParameterizedTest
    @MethodSource("armComparisons")
    void ofAComparisonOfArms(String pointer, String value, String problem) {
        String at = problem == null ? null : problem.startsWith("/") ? "/versusControl" : "/versusControl: ";
        check(
                Golden.named(Topics.COHORT_METRICS_UNBLINDED, "arm-versus-control"),
                "/versusControl" + pointer,
                value,
                problem == null ? null : at + problem);
    }

    static Stream<Arguments> shownNumbers() {
        Golden some = Golden.named(Topics.COHORT_METRICS, "by-site");
        Golden arm = Golden.named(Topics.COHORT_METRICS_UNBLINDED, "arm-versus-control");
        Golden lab = Golden.named(Topics.COHORT_METRICS, "geometric-mean");
        Golden one = Golden.named(Topics.COHORT_METRICS, "undefined-not-positive");
        return Stream.concat(
                Stream.of("/n", "/mean", "/ci", "/change", "/percentChange", "/nBaselineZero", "/responders")
                        .map(it -> Arguments.of(it, some)),
                Stream.of(
                        Arguments.of("/versusControl", arm),
                        Arguments.of("/completeness", arm),
                        Arguments.of("/nOutsideLimits", lab),
                        Arguments.of("/geometricMean", lab),
                        Arguments.of("/undefined", one)));
    }

    @ParameterizedTest
    @MethodSource("shownNumbers")
    void ofASuppressedMetricWhichHasNoNumber(String pointer, Golden other) {
        Golden shown = Golden.named(Topics.COHORT_METRICS, "suppressed")
                .with(pointer, other.json().at(pointer));
        assertThat(shown.problem()).isPresent();
        assertThat(Schemas.errors(shown.topic(), shown.json())).isNotEmpty();
    }

    static Stream<Arguments> completeness() {
        String sums = "received, expected, missing and randomised must be sums of the rest";
        String ratios = "completeness, retention and outOfWindow must be 0 to 1";
        return Stream.concat(
                Stream.of(
                        rule("/trial", "'T|1'", "trial" + CODE),
                        rule("/visit", "null", "visit is missing"),
                        rule("/instrument", "''", "instrument" + CODE),
                        rule("/cohort", "null", "cohort is missing"),
                        rule("/counts", "null", "counts is missing"),
                        rule("/asOf", "null", "asOf is missing"),
                        rule("/protocolVersion", "0", "protocolVersion must be 1 or more"),
                        rule("/counts/received", "12", "/counts: " + sums),
                        rule("/counts/missing", "5", "/counts: " + sums),
                        rule("/counts/expected", "16", "/counts: " + sums),
                        rule("/counts/randomised", "28", "/counts: " + sums),
                        rule("/counts/completeness", "1.1", "/counts: " + ratios),
                        rule("/counts/retention", "-0.1", "/counts: " + ratios),
                        rule("/counts/outOfWindow", "1.1", "/counts: " + ratios)),
                Stream.of(
                                "receivedInWindow",
                                "receivedEarly",
                                "receivedLate",
                                "notDone",
                                "notExpected",
                                "notDue",
                                "due",
                                "missed",
                                "overdue")
                        .flatMap(it -> Stream.of(
                                rule("/counts/" + it, "-1", "/counts: counts must be 0 or more"),
                                rule("/counts/" + it, "99", "/counts: " + sums),
                                rule(
                                        "/counts/" + it,
                                        "null",
                                        "/counts/" + it + ": is required and must be a whole number"))));
    }

    @ParameterizedTest
    @MethodSource("completeness")
    void ofCompleteness(String pointer, String value, String problem) {
        check(Golden.named(Topics.COMPLETENESS, "full-all"), pointer, value, problem);
    }

    static Stream<Arguments> trialSummaries() {
        return Stream.concat(
                Stream.of(
                        rule("/trial", "'T|1'", "trial" + CODE),
                        rule("/cohort", "null", "cohort is missing"),
                        rule("/flow", "null", "flow is missing"),
                        rule("/adverseEvents", "null", "adverseEvents is missing"),
                        rule("/asOf", "null", "asOf is missing"),
                        rule("/protocolVersion", "0", "protocolVersion must be 1 or more"),
                        rule("/flow/excludedBy", "null", "/flow: excludedBy is missing"),
                        rule("/flow/excludedBy", "{'DECLINED': null}", "/flow: excludedBy is missing"),
                        rule("/flow/excludedBy", "{'DECLINED': -1}", "/flow: excludedBy must be 0 or more"),
                        rule("/flow/excludedBy", "{}", null),
                        rule("/flow/leftBy", "null", "/flow: leftBy is missing"),
                        rule("/flow/leftBy", "{'DEATH': -1}", "/flow: leftBy must be 0 or more"),
                        rule("/flow/leftBy", "{'DEATH': 1.5}", "/flow/leftBy/*: must be a whole number"),
                        rule("/adverseEvents/share", "1.1", "/adverseEvents: share must be 0 to 1"),
                        rule(
                                "/adverseEvents/participantMonths",
                                "-0.1",
                                "/adverseEvents: participantMonths and eventsPer100Months must be 0 or more"),
                        rule(
                                "/adverseEvents/eventsPer100Months",
                                "1e999",
                                "/adverseEvents: a number that is not defined is absent, never infinite or NaN")),
                Stream.of(
                                "/flow/assessed",
                                "/flow/excluded",
                                "/flow/randomised",
                                "/flow/treated",
                                "/flow/onStudy",
                                "/flow/offStudy",
                                "/flow/withdrawn",
                                "/adverseEvents/treated",
                                "/adverseEvents/participants",
                                "/adverseEvents/events",
                                "/adverseEvents/seriousEvents",
                                "/adverseEvents/participantsWithSerious",
                                "/adverseEvents/worstMild",
                                "/adverseEvents/worstModerate",
                                "/adverseEvents/worstSevere")
                        .map(it ->
                                rule(it, "-1", it.substring(0, it.lastIndexOf('/')) + ": counts must be 0 or more")));
    }

    @ParameterizedTest
    @MethodSource("trialSummaries")
    void ofATrialSummary(String pointer, String value, String problem) {
        check(Golden.named(Topics.TRIAL_SUMMARIES, "full-all"), pointer, value, problem);
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

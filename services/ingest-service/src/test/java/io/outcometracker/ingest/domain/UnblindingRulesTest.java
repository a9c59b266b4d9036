package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Unblinding;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnblindingRulesTest {
    private static final String VALID = """
            {"by": "STAT-1", "at": "2026-02-28T10:00:00+01:00", "reason": "database locked"}""";

    private static UnblindingRules.Reading read(String changes) {
        return UnblindingRules.read(Example.with(VALID, changes), Example.protocol(), Example.NOW);
    }

    private static Unblinding accepted(String changes) {
        UnblindingRules.Reading reading = read(changes);
        assertThat(reading.problems()).isEmpty();
        return requireNonNull(reading.unblinding());
    }

    @Test
    void makesTheReportThatIsWritten() {
        assertThat(accepted("{}"))
                .isEqualTo(new Unblinding(
                        "T1", null, "STAT-1", Instant.parse("2026-02-28T09:00:00Z"), "database locked", Example.NOW));
    }

    @Test
    void isOfOneParticipantIfItNamesOne() {
        assertThat(accepted("{\"participant\": \"P-0007\"}").isOfTrial()).isFalse();
    }

    /** Somebody's empty variable must not unblind a whole trial. */
    @Test
    void isNotOfTheWholeTrialWhereItNamesNobody() {
        var report = Example.json("""
                {"participant": null, "by": "DR-1", "reason": "emergency"}""");
        UnblindingRules.Reading reading = UnblindingRules.read(report, Example.protocol(), Example.NOW);

        assertThat(Example.brief(reading.problems())).containsExactly("MISSING /participant");
        assertThat(reading.unblinding()).isNull();
    }

    @Test
    void happenedWhenItCameUnlessItSaysWhen() {
        assertThat(accepted("{\"at\": null}").at()).isEqualTo(Example.NOW);
    }

    @Test
    void allowsForClocksThatDiffer() {
        assertThat(accepted("{\"at\": \"2026-03-01T23:35:00Z\"}").at()).isAfter(Example.NOW);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"participant": "Jane Doe"};        INVALID_CODE /participant
                    {"by": null};                       MISSING /by
                    {"by": "Dr. Doe"};                  INVALID_CODE /by
                    {"reason": null};                   MISSING /reason
                    {"reason": "a\\nb"};                INVALID_TEXT /reason
                    {"at": "2026-03-01T23:35:01Z"};     FUTURE_DATE /at
                    {"at": "2026-02-28"};               INVALID_DATE /at
                    {"at": "2026-02-28T10:00:00"};      INVALID_DATE /at
                    {"at": "1899-12-31T23:59:59Z"};     INVALID_DATE /at
                    {"at": 1772272800};                 WRONG_TYPE /at
                    {"arm": "ACT"};                     UNKNOWN_FIELD /arm
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        UnblindingRules.Reading reading = read(changes);

        assertThat(Example.brief(reading.problems())).containsExactly(problem);
        assertThat(reading.unblinding()).isNull();
    }

    @Test
    void hasNothingToUnblindInAnOpenTrial() {
        Protocol open = Example.protocol(it -> it.put("masked", false));

        assertThat(Example.brief(UnblindingRules.read(Example.json(VALID), open, Example.NOW)
                        .problems()))
                .containsExactly("NOT_MASKED ");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertThat(Example.brief(UnblindingRules.read(Example.json("[]"), Example.protocol(), Example.NOW)
                        .problems()))
                .containsExactly("WRONG_TYPE ");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {};                                  true
                    {"at": null};                        true
                    {"at": "2026-02-28T09:00:00Z"};      true
                    {"at": "2026-02-28T09:00:01Z"};      false
                    {"by": "STAT-2"};                    false
                    {"reason": "interim analysis"};      false
                    """)
    void knowsARepetition(String changes, boolean repeats) {
        assertThat(read(changes).repeats(accepted("{}"))).isEqualTo(repeats);
    }
}

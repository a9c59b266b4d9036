package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.AdverseEvent.Severity;
import io.outcometracker.contract.AdverseEvent.Status;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdverseEventRulesTest {
    static final String VALID = """
            {"recordId": "AE-1", "site": "S01", "participant": "P-0007", "term": "10019211", "onsetOn": "2026-01-20",
             "severity": "moderate", "serious": true}""";

    private static Checked<AdverseEvent> check(String changes) {
        return new AdverseEventRules().check(Example.with(VALID, changes), Example.protocol(), Example.NOW);
    }

    private static AdverseEvent accepted(String changes) {
        Checked<AdverseEvent> checked = check(changes);
        assertThat(checked).isInstanceOf(Accepted.class);
        return ((Accepted<AdverseEvent>) checked).record();
    }

    @Test
    void makesTheRecordThatIsWritten() {
        assertThat(accepted("{}"))
                .isEqualTo(new AdverseEvent(
                        "T1",
                        "AE-1",
                        1,
                        "S01",
                        "P-0007",
                        "10019211",
                        LocalDate.of(2026, 1, 20),
                        Severity.MODERATE,
                        true,
                        Status.FINAL,
                        null,
                        Example.NOW,
                        3));
    }

    @Test
    void takesALaterVersionWithoutStatusForAnAmendment() {
        assertThat(accepted("{\"version\": 2, \"reasonForChange\": \"coded anew\"}")
                        .status())
                .isEqualTo(Status.AMENDED);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"term": null}
                    {"severity": "mild"}
                    {"severity": "severe", "serious": false}
                    {"onsetOn": "2026-03-02"}
                    {"version": 2, "status": "final", "reasonForChange": "coded anew"}
                    {"version": 3, "status": "amended", "reasonForChange": "coded anew"}
                    {"status": "entered-in-error"}
                    {"status": "entered-in-error", "onsetOn": null, "severity": null, "serious": null, "term": null}
                    {"status": "entered-in-error", "version": 2, "reasonForChange": "other participant"}
                    """)
    void accepts(String changes) {
        assertThat(accepted(changes)).isNotNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"recordId": null};             MISSING /recordId
                    {"recordId": "a|b"};            INVALID_CODE /recordId
                    {"site": null};                 MISSING /site
                    {"site": "S09"};                UNKNOWN_SITE /site
                    {"participant": null};          MISSING /participant
                    {"participant": "Jane Doe"};    INVALID_CODE /participant
                    {"term": "headache, strong"};   INVALID_CODE /term
                    {"term": 10019211};             WRONG_TYPE /term
                    {"onsetOn": null};              MISSING /onsetOn
                    {"onsetOn": "2026-03-03"};      FUTURE_DATE /onsetOn
                    {"onsetOn": "2026-01"};         INVALID_DATE /onsetOn
                    {"severity": null};             MISSING /severity
                    {"severity": "MODERATE"};       INVALID_CHOICE /severity
                    {"severity": "fatal"};          INVALID_CHOICE /severity
                    {"serious": null};              MISSING /serious
                    {"serious": "true"};            WRONG_TYPE /serious
                    {"serious": 1};                 WRONG_TYPE /serious
                    {"status": "not-done"};         INVALID_CHOICE /status
                    {"status": "amended"};          INCONSISTENT /status
                    {"version": 0};                 INVALID_VERSION /version
                    {"version": 2};                 REASON_REQUIRED /reasonForChange
                    {"version": 2, "status": "entered-in-error"};  REASON_REQUIRED /reasonForChange
                    {"version": 2, "reasonForChange": " "};  INVALID_TEXT /reasonForChange
                    {"description": "fell"};        IDENTIFYING_FIELD /description
                    {"arm": "ACT"};                 UNKNOWN_FIELD /arm
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        Checked<AdverseEvent> checked = check(changes);

        assertThat(checked).isInstanceOf(Refused.class);
        assertThat(Example.brief(((Refused<AdverseEvent>) checked).problems())).containsExactly(problem);
    }

    @Test
    void namesARefusedRecordOnlyByWhatIsValid() {
        assertThat(check("{\"recordId\": \"Jane Doe\", \"severity\": null}").identity())
                .isEqualTo(new Identity(null, null, 1));
        assertThat(check("{\"severity\": null}").identity()).isEqualTo(new Identity("AE-1", null, 1));
    }

    @Test
    void refusesWhatIsNoObject() {
        Checked<AdverseEvent> checked =
                new AdverseEventRules().check(Example.json("[]"), Example.protocol(), Example.NOW);

        assertThat(Example.brief(((Refused<AdverseEvent>) checked).problems())).containsExactly("WRONG_TYPE ");
    }
}

package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.FollowUp.Comparator;
import io.outcometracker.contract.FollowUp.Status;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FollowUpRulesTest {
    static final String VALID = """
            {"recordId": "S01-0007-M4-NRS", "site": "S01", "participant": "P-0007", "visit": "M4",
             "instrument": "NRS", "value": 4, "assessedOn": "2026-03-01"}""";

    private static Checked<FollowUp> check(JsonNode posted) {
        return new FollowUpRules().check(posted, Example.protocol(), Example.NOW);
    }

    private static FollowUp accepted(String changes) {
        Checked<FollowUp> checked = check(Example.with(VALID, changes));
        assertThat(checked).isInstanceOf(Accepted.class);
        return ((Accepted<FollowUp>) checked).record();
    }

    private static List<Problem> refused(String changes) {
        Checked<FollowUp> checked = check(Example.with(VALID, changes));
        assertThat(checked).isInstanceOf(Refused.class);
        return ((Refused<FollowUp>) checked).problems();
    }

    @Test
    void makesTheRecordThatIsWritten() {
        assertThat(accepted("{}"))
                .usingRecursiveComparison()
                .isEqualTo(new FollowUp(
                        "T1",
                        "S01-0007-M4-NRS",
                        1,
                        "S01",
                        "P-0007",
                        "M4",
                        false,
                        "NRS",
                        new BigDecimal(4),
                        "4",
                        null,
                        null,
                        LocalDate.of(2026, 3, 1),
                        Status.FINAL,
                        null,
                        null,
                        Example.NOW,
                        3));
    }

    @Test
    void saysWhetherTheVisitIsTheBaseline() {
        assertThat(accepted("{'visit': 'BL'}".replace('\'', '"')).baseline()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"value": 0}
                    {"value": 10}
                    {"value": 4.0}
                    {"value": 4.000000000000000000000000000}
                    {"value": 0.4e1}
                    {"value": 40e-1}
                    {"unit": null, "comparator": null, "reasonForChange": null}
                    {"instrument": "VAS", "unit": "mm", "value": 100}
                    {"instrument": "SF36_PF", "value": 95}
                    {"instrument": "OFFSET", "value": 0.5}
                    {"instrument": "OFFSET", "value": 2.0}
                    {"instrument": "OFFSET", "value": 9.5}
                    {"instrument": "CRP", "value": 123456789.25}
                    {"instrument": "CRP", "value": 0.3, "comparator": "<"}
                    {"instrument": "COLD", "value": -1.000000001}
                    {"instrument": "COLD", "value": -999999999}
                    {"assessedOn": "2026-03-02"}
                    {"assessedOn": "1900-01-01"}
                    {"version": 1}
                    {"version": 2, "reasonForChange": "typing error"}
                    {"version": 2, "status": "final", "reasonForChange": "typing error"}
                    {"version": 7, "status": "amended", "reasonForChange": "typing error"}
                    {"version": 2147483647, "reasonForChange": "typing error"}
                    {"status": "entered-in-error"}
                    {"status": "entered-in-error", "value": null, "assessedOn": null}
                    {"status": "entered-in-error", "value": 99999999, "unit": "cm"}
                    {"status": "entered-in-error", "value": 3.3333333333333335}
                    {"status": "entered-in-error", "visit": "BL", "instrument": "CRP"}
                    {"status": "entered-in-error", "version": 2, "reasonForChange": "other participant"}
                    {"status": "not-done", "value": null, "notDoneReason": "did not come"}
                    {"status": "not-done", "value": null, "assessedOn": null, "notDoneReason": "did not come"}
                    {"recordId": "0"}
                    {"participant": "P-34567_9.1234567_9.1234567_9.1234567_9.1234567_9.1234567_9.1234"}
                    """)
    void accepts(String changes) {
        assertThat(accepted(changes)).isNotNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"recordId": null};                     MISSING /recordId
                    {"site": null};                         MISSING /site
                    {"participant": null};                  MISSING /participant
                    {"visit": null};                        MISSING /visit
                    {"instrument": null};                   MISSING /instrument
                    {"value": null};                        MISSING /value
                    {"assessedOn": null};                   MISSING /assessedOn
                    {"recordId": ""};                       INVALID_CODE /recordId
                    {"recordId": "a|b"};                    INVALID_CODE /recordId
                    {"recordId": "-1"};                     INVALID_CODE /recordId
                    {"participant": "Jane Doe"};            INVALID_CODE /participant
                    {"participant": "01234567890123456789012345678901234567890123456789012345678901234"}; INVALID_CODE /participant
                    {"participant": 7};                     WRONG_TYPE /participant
                    {"participant": ["P-0007"]};            WRONG_TYPE /participant
                    {"site": "S03"};                        UNKNOWN_SITE /site
                    {"site": "s01"};                        UNKNOWN_SITE /site
                    {"visit": "M5"};                        UNKNOWN_VISIT /visit
                    {"instrument": "nrs"};                  UNKNOWN_INSTRUMENT /instrument
                    {"visit": "BL", "instrument": "CRP"};   NOT_PLANNED /instrument
                    {"visit": "BL", "instrument": "CRP", "status": "not-done", "value": null, "notDoneReason": "no blood"};  NOT_PLANNED /instrument
                    {"value": "4"};                         WRONG_TYPE /value
                    {"value": true};                        WRONG_TYPE /value
                    {"value": {"score": 4}};                WRONG_TYPE /value
                    {"value": -1};                          OUT_OF_RANGE /value
                    {"value": 10.5};                        OUT_OF_RANGE /value
                    {"value": 11};                          OUT_OF_RANGE /value
                    {"value": 99999999};                    OUT_OF_RANGE /value
                    {"value": 1e999999999};                 OUT_OF_RANGE /value
                    {"value": 1e-999999999};                OUT_OF_RANGE /value
                    {"value": 4.00000000000000000000000000000000000000001}; OUT_OF_RANGE /value
                    {"value": 4.5};                         TOO_MANY_DECIMALS /value
                    {"instrument": "CRP", "value": 0.305};  TOO_MANY_DECIMALS /value
                    {"instrument": "CRP", "value": -0.01};  OUT_OF_RANGE /value
                    {"instrument": "CRP", "value": 12345678901234567};   OUT_OF_RANGE /value
                    {"instrument": "COLD", "value": 0};     OUT_OF_RANGE /value
                    {"instrument": "COLD", "value": -1234567890};   OUT_OF_RANGE /value
                    {"instrument": "SF36_PF", "value": 96}; OFF_STEP /value
                    {"instrument": "OFFSET", "value": 1.5}; OFF_STEP /value
                    {"unit": "{score}"};                    WRONG_UNIT /unit
                    {"instrument": "VAS", "unit": "cm"};    WRONG_UNIT /unit
                    {"instrument": "VAS", "value": 7};      MISSING /unit
                    {"instrument": "VAS", "unit": "MM"};    WRONG_UNIT /unit
                    {"unit": 3};                            WRONG_TYPE /unit
                    {"comparator": "="};                    INVALID_CHOICE /comparator
                    {"assessedOn": "2026-03-03"};           FUTURE_DATE /assessedOn
                    {"assessedOn": "2206-03-01"};           FUTURE_DATE /assessedOn
                    {"assessedOn": "2026-02-30"};           INVALID_DATE /assessedOn
                    {"assessedOn": "1899-12-31"};           INVALID_DATE /assessedOn
                    {"assessedOn": "01.03.2026"};           INVALID_DATE /assessedOn
                    {"assessedOn": "2026-3-1"};             INVALID_DATE /assessedOn
                    {"assessedOn": "2026-03-01T10:00:00Z"}; INVALID_DATE /assessedOn
                    {"assessedOn": "+2026-03-01"};          INVALID_DATE /assessedOn
                    {"assessedOn": 20260301};               WRONG_TYPE /assessedOn
                    {"version": 0};                         INVALID_VERSION /version
                    {"version": -1};                        INVALID_VERSION /version
                    {"version": 1.5};                       WRONG_TYPE /version
                    {"version": 2147483648};                WRONG_TYPE /version
                    {"version": "2"};                       WRONG_TYPE /version
                    {"version": 2};                         REASON_REQUIRED /reasonForChange
                    {"version": 2, "status": "entered-in-error"}; REASON_REQUIRED /reasonForChange
                    {"version": 2, "reasonForChange": " "}; INVALID_TEXT /reasonForChange
                    {"version": 2, "reasonForChange": "a\\nb"}; INVALID_TEXT /reasonForChange
                    {"status": "FINAL"};                    INVALID_CHOICE /status
                    {"status": "amended"};                  INCONSISTENT /status
                    {"notDoneReason": "ill"};               INCONSISTENT /notDoneReason
                    {"status": "not-done", "value": null};  MISSING /notDoneReason
                    {"status": "not-done", "notDoneReason": "ill"}; INCONSISTENT /value
                    {"trial": "T1"};                        UNKNOWN_FIELD /trial
                    {"dateOfBirth": "1970-01-01"};          IDENTIFYING_FIELD /dateOfBirth
                    {"Jane Doe, born 1970": 1};             `UNKNOWN_FIELD `
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        assertThat(Example.brief(refused(changes))).containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "\"a\"", "[]", "true", "null"})
    void refusesWhatIsNoObject(String posted) {
        Checked<FollowUp> checked = check(Example.json(posted));

        assertThat(checked).isInstanceOf(Refused.class);
        assertThat(Example.brief(((Refused<FollowUp>) checked).problems())).containsExactly("WRONG_TYPE ");
    }

    @Test
    void reportsAllProblemsOfARecord() {
        assertThat(Example.brief(refused("""
                                        {"recordId": "a b", "site": "S09", "visit": null, "instrument": "VAS", "value": 101,
                                         "unit": "cm", "assessedOn": "soon", "version": 2, "name": "x"}""")))
                .containsExactlyInAnyOrder(
                        "INVALID_CODE /recordId",
                        "UNKNOWN_SITE /site",
                        "MISSING /visit",
                        "OUT_OF_RANGE /value",
                        "WRONG_UNIT /unit",
                        "INVALID_DATE /assessedOn",
                        "REASON_REQUIRED /reasonForChange",
                        "IDENTIFYING_FIELD /name");
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "NRS, 4.0, 4",
        "NRS, 0.4e1, 4",
        "CRP, 7, 7.00",
        "BPI_SEV, 3.125, 3.13",
        "BPI_SEV, 3.124999, 3.12",
        "BPI_SEV, 9.996, 10.00",
        "EVEN, 2.5, 2",
        "EVEN, 3.5, 4",
        "EVEN, -2.5, -2"
    })
    void writesTheScoreWithTheDecimalsOfTheInstrument(String instrument, String sent, String value) {
        FollowUp record = accepted("{\"instrument\": \"%s\", \"value\": %s}".formatted(instrument, sent));

        assertThat(record.value()).isEqualTo(new BigDecimal(value));
    }

    @Test
    void keepsTheScoreAsItWasSent() {
        assertThat(accepted("{\"instrument\": \"BPI_SEV\", \"value\": 3.1250}").valueAsSent())
                .isEqualTo("3.1250");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {}; FINAL
                    {"version": 2, "reasonForChange": "r"}; AMENDED
                    {"version": 2, "reasonForChange": "r", "status": "final"}; FINAL
                    """)
    void takesALaterVersionWithoutStatusForAnAmendment(String changes, Status status) {
        assertThat(accepted(changes).status()).isEqualTo(status);
    }

    @Test
    void keepsTheComparatorOfALaboratory() {
        assertThat(accepted("{\"instrument\": \"CRP\", \"value\": 0.3, \"comparator\": \"<=\"}")
                        .comparator())
                .isEqualTo(Comparator.AT_MOST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"value": 11}; value must be 0 to 10 (NRS)
                    {"value": 1.5}; value must be a whole number (NRS)
                    {"instrument": "CRP", "value": -1}; value must be 0 or more (CRP)
                    {"instrument": "COLD", "value": 1}; value must be -1 or less (COLD)
                    {"instrument": "CRP", "value": 1.234}; value must have at most 2 decimals (CRP)
                    {"instrument": "OFFSET", "value": 1}; value must be in steps of 1.5 counted from 0.5 (OFFSET)
                    {"instrument": "VAS", "unit": "cm"}; unit must be mm (VAS)
                    {"visit": "BL", "instrument": "CRP"}; CRP is not planned at BL
                    {"instrument": "nrs"}; instrument is not one of the trial's instruments: NRS, VAS, BPI_SEV, EVEN, SF36_PF, OFFSET, CRP, COLD
                    {"visit": "M5"}; visit is not one of the trial's visits: BL, M4
                    {"assesedOn": "x"}; `there is no such field; did you mean assessedOn?`
                    {"record_id": "x"}; `there is no such field; did you mean recordId?`
                    {"Value": "x"}; `there is no such field; did you mean value?`
                    {"dose": "x"}; `there is no such field; leave it out`
                    {"status": "gone"}; status must be one of: final, amended, entered-in-error, not-done
                    """)
    void saysTheRuleInASentence(String changes, String message) {
        assertThat(refused(changes)).extracting(Problem::message).containsExactly(message);
    }

    @Test
    void namesARefusedRecordOnlyByWhatIsValid() {
        Checked<FollowUp> nameless = check(Example.with(VALID, "{\"recordId\": \"Jane Doe\", \"version\": 0}"));
        Checked<FollowUp> named = check(Example.with(VALID, "{\"value\": 11}"));

        assertThat(nameless.identity()).isEqualTo(Identity.NONE);
        assertThat(named.identity()).isEqualTo(new Identity("S01-0007-M4-NRS", null, 1));
    }

    @Test
    void answersAFloodOfUnknownFieldsBriefly() {
        JsonNode flood = Example.json(VALID, node -> {
            for (int i = 0; i < 100_000; i++) {
                node.put("field" + i, i);
            }
        });

        assertThat(((Refused<FollowUp>) check(flood)).problems()).hasSizeBetween(1, 20);
    }
}

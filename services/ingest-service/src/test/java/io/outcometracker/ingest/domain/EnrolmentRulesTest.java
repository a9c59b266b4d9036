package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Enrolment.Status;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentRulesTest {
    static final String VALID = """
            {"participant": "P-0007", "site": "S01", "arm": "ACT", "day1": "2025-11-03",
             "strata": {"cellType": "autologous MSC"}}""";

    private static Checked<Enrolment> check(String changes, Protocol protocol) {
        return new EnrolmentRules().check(Example.with(VALID, changes), protocol, Example.NOW);
    }

    private static Enrolment accepted(String changes) {
        Checked<Enrolment> checked = check(changes, Example.protocol());
        assertThat(checked).isInstanceOf(Accepted.class);
        return ((Accepted<Enrolment>) checked).record();
    }

    @Test
    void makesTheRecordThatIsWritten() {
        assertThat(accepted("{}"))
                .usingRecursiveComparison()
                .isEqualTo(new Enrolment(
                        "T1",
                        "P-0007",
                        1,
                        "S01",
                        "ACT",
                        LocalDate.of(2025, 11, 3),
                        Map.of("cellType", "autologous MSC"),
                        Status.ON_STUDY,
                        null,
                        null,
                        Example.NOW,
                        3));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"day1": null}
                    {"day1": "2026-03-02"}
                    {"strata": null}
                    {"strata": {}}
                    {"strata": {"cellType": null}}
                    {"strata": {"cellType": "a-b_c.d 9", "region": "EU"}}
                    {"version": 5}
                    {"status": "off-study", "offStudyOn": "2026-01-05", "offStudyReason": "LOST TO FOLLOW-UP"}
                    {"status": "follow-up-withdrawn", "offStudyOn": "2026-01-05", "offStudyReason": "WITHDRAWAL BY SUBJECT"}
                    {"status": "screened", "arm": null, "day1": null}
                    {"status": "screened", "arm": null, "day1": null, "strata": null}
                    {"status": "excluded", "arm": null, "day1": null, "offStudyReason": "INELIGIBLE"}
                    {"status": "excluded", "arm": null, "day1": null, "offStudyReason": "DECLINED", "offStudyOn": "2026-01-05"}
                    """)
    void accepts(String changes) {
        assertThat(accepted(changes)).isNotNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"participant": null};           MISSING /participant
                    {"participant": "P 7"};          INVALID_CODE /participant
                    {"version": 0};                  INVALID_VERSION /version
                    {"site": null};                  MISSING /site
                    {"site": "S03"};                 UNKNOWN_SITE /site
                    {"arm": null};                   MISSING /arm
                    {"arm": "act"};                  UNKNOWN_ARM /arm
                    {"arm": 1};                      WRONG_TYPE /arm
                    {"day1": "2026-13-01"};          INVALID_DATE /day1
                    {"day1": "2026-03-03"};          FUTURE_DATE /day1
                    {"strata": "MSC"};               WRONG_TYPE /strata
                    {"strata": {"age": "40"}};       UNKNOWN_STRATUM /strata/age
                    {"strata": {"Jane Doe": "40"}};  UNKNOWN_STRATUM /strata
                    {"strata": {"region": 1}};       WRONG_TYPE /strata/region
                    {"strata": {"region": "a=b"}};   INVALID_CODE /strata/region
                    {"strata": {"region": " EU"}};   INVALID_CODE /strata/region
                    {"strata": {"region": "EU "}};   INVALID_CODE /strata/region
                    {"strata": {"region": ""}};      INVALID_TEXT /strata/region
                    {"strata": {"region": "01234567890123456789012345678901234567890123456789012345678901234"}}; INVALID_TEXT /strata/region
                    {"status": "lost"};              INVALID_CHOICE /status
                    {"offStudyOn": "2026-01-05"};    INCONSISTENT /offStudyOn
                    {"offStudyReason": "ill"};       INCONSISTENT /offStudyReason
                    {"status": "off-study", "offStudyReason": "DEATH"};     MISSING /offStudyOn
                    {"status": "off-study", "day1": "2026-01-05", "offStudyOn": "2026-01-04", "offStudyReason": "DEATH"};  INCONSISTENT /offStudyOn
                    {"status": "off-study", "offStudyOn": "2026-01-05"};    MISSING /offStudyReason
                    {"status": "follow-up-withdrawn", "offStudyOn": "2026-04-05", "offStudyReason": "DEATH"}; FUTURE_DATE /offStudyOn
                    {"status": "off-study", "offStudyOn": "2026-01-05", "offStudyReason": "moved to Graz"};  INVALID_CHOICE /offStudyReason
                    {"status": "off-study", "offStudyOn": "2026-01-05", "offStudyReason": "DECLINED"};  INVALID_CHOICE /offStudyReason
                    {"status": "off-study", "offStudyOn": "2026-01-05", "offStudyReason": 7};  WRONG_TYPE /offStudyReason
                    {"status": "screened", "day1": null};   INCONSISTENT /arm
                    {"status": "screened", "arm": null};    INCONSISTENT /day1
                    {"status": "screened", "arm": null, "day1": null, "offStudyOn": "2026-01-05"};  INCONSISTENT /offStudyOn
                    {"status": "screened", "arm": null, "day1": null, "offStudyReason": "OTHER"};  INCONSISTENT /offStudyReason
                    {"status": "excluded", "arm": null, "day1": null};  MISSING /offStudyReason
                    {"status": "excluded", "arm": null, "day1": null, "offStudyReason": "DEATH"};  INVALID_CHOICE /offStudyReason
                    {"status": "excluded", "day1": null, "offStudyReason": "DECLINED"};  INCONSISTENT /arm
                    {"status": "lost", "offStudyReason": "OTHER"};  INVALID_CHOICE /status
                    {"name": "Doe"};                 IDENTIFYING_FIELD /name
                    {"recordId": "R1"};              UNKNOWN_FIELD /recordId
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        Checked<Enrolment> checked = check(changes, Example.protocol());

        assertThat(checked).isInstanceOf(Refused.class);
        assertThat(Example.brief(((Refused<Enrolment>) checked).problems())).containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMPLETED",
                "LOST TO FOLLOW-UP",
                "WITHDRAWAL BY SUBJECT",
                "ADVERSE EVENT",
                "DEATH",
                "PROTOCOL DEVIATION",
                "PHYSICIAN DECISION",
                "LACK OF EFFICACY",
                "SCREEN FAILURE",
                "OTHER"
            })
    void writesAReasonInCapitalsHoweverItWasSent(String reason) {
        Enrolment left = accepted("{\"status\": \"off-study\", \"offStudyOn\": \"2026-01-05\", \"offStudyReason\": \""
                + reason.toLowerCase(Locale.ROOT) + "\"}");

        assertThat(left.offStudyReason()).isEqualTo(reason);
    }

    @Test
    void listsTheReasonsThatThereAre() {
        Checked<Enrolment> checked = check(
                "{\"status\": \"excluded\", \"arm\": null, \"day1\": null, \"offStudyReason\": \"too old\"}",
                Example.protocol());

        assertThat(((Refused<Enrolment>) checked).problems())
                .extracting(Problem::message)
                .containsExactly("offStudyReason must be one of: DECLINED, INELIGIBLE, OTHER, SCREEN FAILURE");
    }

    @Test
    void takesNoArmInATrialWithoutArms() {
        Protocol without = Example.protocol(it -> it.remove("arms"));

        assertThat(check("{\"arm\": null}", without)).isInstanceOf(Accepted.class);
        assertThat(check("{}", without))
                .isInstanceOfSatisfying(
                        Refused.class,
                        it -> assertThat(it.problems().toString()).contains("UNKNOWN_ARM"));
    }

    @Test
    void namesAnEnrolmentByItsParticipant() {
        assertThat(check("{\"site\": null}", Example.protocol()).identity()).isEqualTo(new Identity(null, "P-0007", 1));
    }

    @Test
    void keepsNamesThatTheSenderMadeUpOutOfPublicPointers() {
        Checked<Enrolment> checked =
                check("{\"name\": \"x\", \"strata\": {\"age\": \"x\", \"region\": \"=\"}}", Example.protocol());

        assertThat(((Refused<Enrolment>) checked).problems())
                .extracting(Problem::publicPointer)
                .containsExactlyInAnyOrder("", "/strata", "/strata/region");
    }
}

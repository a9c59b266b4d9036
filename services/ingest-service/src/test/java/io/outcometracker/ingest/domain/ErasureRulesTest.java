package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Erasure;
import io.outcometracker.ingest.domain.Checked.Accepted;
import io.outcometracker.ingest.domain.Checked.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErasureRulesTest {
    private static final String VALID = """
            {"participant": "P-0007", "orderedBy": "DPO-1", "reason": "objection, art. 21"}""";

    private static Checked<Erasure> check(String changes) {
        return new ErasureRules().check(Example.with(VALID, changes), Example.protocol(), Example.NOW);
    }

    @Test
    void makesTheOrderThatIsWritten() {
        assertThat(check("{}"))
                .isEqualTo(new Accepted<>(
                        new Identity(null, "P-0007", null),
                        new Erasure("T1", "P-0007", "DPO-1", "objection, art. 21", Example.NOW)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    {"participant": null};        MISSING /participant
                    {"participant": "Jane Doe"};  INVALID_CODE /participant
                    {"orderedBy": null};          MISSING /orderedBy
                    {"orderedBy": "Dr. Doe"};     INVALID_CODE /orderedBy
                    {"reason": null};             MISSING /reason
                    {"reason": " "};              INVALID_TEXT /reason
                    {"reason": "a\\nb"};          INVALID_TEXT /reason
                    {"reason": 4};                WRONG_TYPE /reason
                    {"version": 2};               UNKNOWN_FIELD /version
                    """)
    void refusesWithCodeAndPointer(String changes, String problem) {
        Checked<Erasure> checked = check(changes);

        assertThat(checked).isInstanceOf(Refused.class);
        assertThat(Example.brief(((Refused<Erasure>) checked).problems())).containsExactly(problem);
    }

    @Test
    void refusesWhatIsNoObject() {
        Checked<Erasure> checked = new ErasureRules().check(Example.json("7"), Example.protocol(), Example.NOW);

        assertThat(Example.brief(((Refused<Erasure>) checked).problems())).containsExactly("WRONG_TYPE ");
    }
}

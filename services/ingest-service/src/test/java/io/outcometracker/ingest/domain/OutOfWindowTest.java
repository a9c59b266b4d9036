package io.outcometracker.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Disposition.Subject;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutOfWindowTest {
    private static final Protocol PROTOCOL = Json.MAPPER.readValue("""
            {"trial": "T1", "version": 1, "sites": ["S01"],
             "visits": [{"code": "BL", "day": -1, "windowOpen": -14, "windowClose": -1},
                        {"code": "D1", "day": 1, "windowOpen": 1, "windowClose": 1},
                        {"code": "M4", "day": 121, "windowOpen": 107, "windowClose": 135}],
             "instruments": [{"code": "NRS", "min": 0, "max": 10, "decimals": 0, "higherIsWorse": true}]}""", Protocol.class);

    private static Disposition counted(@Nullable Assessed assessed) {
        return new Disposition(
                "T1", "P1", Subject.FOLLOW_UP, "R1", 1, Fate.APPLIED, 1, Fate.APPLIED, Instant.EPOCH, null, assessed);
    }

    @ParameterizedTest
    @CsvSource({
        "M4, 106, EARLY, 1, assessed 1 day before the window opened; kept and counted as early",
        "M4, 1, EARLY, 106, assessed 106 days before the window opened; kept and counted as early",
        "M4, 136, LATE, 1, assessed 1 day after the window closed; kept and counted as late",
        "M4, 147, LATE, 12, assessed 12 days after the window closed; kept and counted as late",
        // There is no study day 0.
        "M4, -1, EARLY, 107, assessed 107 days before the window opened; kept and counted as early",
        "BL, 1, LATE, 1, assessed 1 day after the window closed; kept and counted as late",
        "D1, -1, EARLY, 1, assessed 1 day before the window opened; kept and counted as early",
        "BL, -15, EARLY, 1, assessed 1 day before the window opened; kept and counted as early"
    })
    void saysByHowManyDaysAnAssessmentMissedItsWindow(
            String visit, int studyDay, OutOfWindow.Side side, int days, String message) {
        assertThat(OutOfWindow.of(counted(new Assessed(visit, studyDay)), PROTOCOL))
                .contains(new OutOfWindow(side, days, message));
    }

    @ParameterizedTest
    @CsvSource({"M4, 107", "M4, 121", "M4, 135", "BL, -14", "BL, -1", "D1, 1", "GONE, 500"})
    void saysNothingOfAnAssessmentInTimeOrOfAVisitThatIsNotPlannedAnyMore(String visit, int studyDay) {
        assertThat(OutOfWindow.of(counted(new Assessed(visit, studyDay)), PROTOCOL))
                .isEmpty();
    }

    @Test
    void saysNothingWhereDay1IsNotKnown() {
        assertThat(OutOfWindow.of(counted(null), PROTOCOL)).isEmpty();
    }
}

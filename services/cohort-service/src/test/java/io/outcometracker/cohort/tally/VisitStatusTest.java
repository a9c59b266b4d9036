package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Protocol.Visit;
import java.time.LocalDate;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Day 1 is 2025-01-13; the window is open from 2025-02-03 to 2025-02-17. */
class VisitStatusTest {
    private static final Visit WEEK_4 = new Visit("W4", null, 29, 22, 36, false);
    private static final Visit BASELINE = new Visit("BL", null, 1, -14, 1, true);
    private static final LocalDate DAY1 = LocalDate.of(2025, 1, 13);

    @ParameterizedTest
    @CsvSource({
        "21, SCORE, RECEIVED_EARLY",
        "22, SCORE, RECEIVED_IN_WINDOW",
        "36, SCORE, RECEIVED_IN_WINDOW",
        "37, SCORE, RECEIVED_LATE",
        "-1, SCORE, RECEIVED_EARLY",
        ", SCORE, RECEIVED_IN_WINDOW",
        "37, OUTSIDE_LIMITS, RECEIVED_LATE",
        ", NOT_DONE, NOT_DONE",
        "37, NOT_DONE, NOT_DONE"
    })
    void goesByTheDayOfTheAssessment(@Nullable Integer studyDay, Report report, VisitStatus expected) {
        Cell cell = new Cell("S1", null, new TreeMap<>());
        Result result = new Result(cell, new Presence(null, null), studyDay, report, null, null);

        assertThat(VisitStatus.of(result, WEEK_4)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2025-02-02, , NOT_DUE",
        "2025-02-03, , DUE",
        "2025-02-17, , DUE",
        "2025-02-18, , OVERDUE",
        "2025-02-18, 2025-02-17, NOT_EXPECTED",
        "2025-02-18, 2025-02-18, MISSED",
        "2025-02-01, 2025-01-20, NOT_EXPECTED",
        "2025-02-10, 2025-02-18, DUE"
    })
    void goesByTheWindowAndTheClockWithoutAReport(LocalDate today, @Nullable LocalDate left, VisitStatus expected) {
        assertThat(VisitStatus.withoutReport(new Presence(DAY1, left), WEEK_4, today))
                .isEqualTo(expected);
    }

    /** The window of the baseline opens on day -14, which is 2024-12-30, as there is no day 0. */
    @ParameterizedTest
    @CsvSource({"2024-12-29, NOT_DUE", "2024-12-30, DUE", "2025-01-13, DUE", "2025-01-14, OVERDUE"})
    void countsNoDayZero(LocalDate today, VisitStatus expected) {
        assertThat(VisitStatus.withoutReport(new Presence(DAY1, null), BASELINE, today))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({", NOT_DUE", "2025-01-20, NOT_EXPECTED"})
    void isNeverDueWithoutADay1(@Nullable LocalDate left, VisitStatus expected) {
        assertThat(VisitStatus.withoutReport(new Presence(null, left), WEEK_4, LocalDate.of(2030, 1, 1)))
                .isEqualTo(expected);
    }
}

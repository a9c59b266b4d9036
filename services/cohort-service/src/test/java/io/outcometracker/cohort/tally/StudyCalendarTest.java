package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyCalendarTest {
    @ParameterizedTest
    @CsvSource({"1, 2025-01-13", "2, 2025-01-14", "-1, 2025-01-12", "-14, 2024-12-30", "29, 2025-02-10"})
    void hasNoDayZero(int studyDay, LocalDate date) {
        assertThat(StudyCalendar.date(LocalDate.of(2025, 1, 13), studyDay)).isEqualTo(date);
    }
}

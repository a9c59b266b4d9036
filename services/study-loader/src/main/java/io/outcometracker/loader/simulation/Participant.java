package io.outcometracker.loader.simulation;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who is treated.
 *
 * @param arm absent where the trial has none
 * @param offStudyOn absent if the participant stays to the end
 */
record Participant(
        String code,
        String site,
        @Nullable String arm,
        LocalDate day1,
        @Nullable LocalDate offStudyOn) {

    static String code(int number) {
        return String.format(Locale.ROOT, "P-%04d", number);
    }

    /** The date itself, or the Monday after it. */
    static LocalDate weekday(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY
                ? date.plusDays(2)
                : date.getDayOfWeek() == DayOfWeek.SUNDAY ? date.plusDays(1) : date;
    }

    /** There is no study day 0. */
    LocalDate date(int studyDay) {
        return day1.plusDays(studyDay > 0 ? studyDay - 1 : studyDay);
    }

    boolean hasLeftBy(LocalDate date) {
        return offStudyOn != null && !date.isBefore(offStudyOn);
    }
}

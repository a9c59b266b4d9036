package io.outcometracker.cohort.tally;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Study days and dates: the first treatment is day 1, the day before it day -1; there is no day 0. */
public final class StudyCalendar {
    private StudyCalendar() {}

    public static LocalDate date(LocalDate day1, int studyDay) {
        return day1.plusDays(studyDay >= 1 ? studyDay - 1 : studyDay);
    }

    public static int studyDay(LocalDate day1, LocalDate date) {
        int days = Math.toIntExact(ChronoUnit.DAYS.between(day1, date));
        return days >= 0 ? days + 1 : days;
    }
}

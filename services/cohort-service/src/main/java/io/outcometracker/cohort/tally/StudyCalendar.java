package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.contract.Protocol.Visit;
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

    /** Whether a visit without a record may still take place, so that its absence says nothing yet. */
    static boolean isPending(Presence presence, Visit visit, LocalDate today) {
        LocalDate day1 = presence.day1();
        if (day1 == null) {
            return presence.offStudyOn() == null;
        }
        LocalDate close = date(day1, visit.windowClose());
        boolean leftBefore =
                presence.offStudyOn() != null && !presence.offStudyOn().isAfter(close);
        return !leftBefore && !today.isAfter(close);
    }
}

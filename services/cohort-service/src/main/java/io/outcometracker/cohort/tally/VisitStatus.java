package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Protocol.Visit;
import java.time.LocalDate;

/** Where a participant stands with what a visit should have brought. */
enum VisitStatus {
    RECEIVED_IN_WINDOW,
    RECEIVED_EARLY,
    RECEIVED_LATE,
    NOT_DONE,
    /** Left the study before the window closed. */
    NOT_EXPECTED,
    /** The window is not open yet, or there is no Day 1. */
    NOT_DUE,
    /** The window is open. */
    DUE,
    /** The window closed while on study; has left since. */
    MISSED,
    /** The window closed; is on study. */
    OVERDUE;

    /** The day of the assessment decides, not that of arrival. */
    static VisitStatus of(Result result, Visit visit) {
        if (result.report() == Report.NOT_DONE) {
            return NOT_DONE;
        }
        Integer studyDay = result.studyDay();
        if (studyDay != null && studyDay < visit.windowOpen()) {
            return RECEIVED_EARLY;
        }
        return studyDay != null && studyDay > visit.windowClose() ? RECEIVED_LATE : RECEIVED_IN_WINDOW;
    }

    /** Of a participant of whom nothing was reported. */
    static VisitStatus withoutReport(Presence presence, Visit visit, LocalDate today) {
        LocalDate day1 = presence.day1();
        LocalDate left = presence.offStudyOn();
        if (day1 == null) {
            return left == null ? NOT_DUE : NOT_EXPECTED;
        }
        LocalDate close = StudyCalendar.date(day1, visit.windowClose());
        if (left != null && !left.isAfter(close)) {
            return NOT_EXPECTED;
        }
        if (today.isBefore(StudyCalendar.date(day1, visit.windowOpen()))) {
            return NOT_DUE;
        }
        if (!today.isAfter(close)) {
            return DUE;
        }
        return left == null ? OVERDUE : MISSED;
    }

    /** Whether the visit may still take place, so that the absence of a report says nothing yet. */
    boolean isPending() {
        return this == NOT_DUE || this == DUE;
    }
}

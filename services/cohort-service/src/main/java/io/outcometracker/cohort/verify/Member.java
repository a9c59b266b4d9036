package io.outcometracker.cohort.verify;

import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Visit;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An enrolled participant at an endpoint.
 *
 * @param score absent where none counts
 * @param baseline absent where none counts, and at the baseline visit
 * @param outsideLimits whether the score was reported as below or above a limit of detection
 * @param assessable whether a missing score says something: the visit is over, or there is a record of it
 */
record Member(
        Enrolment enrolment,
        List<Cohort> cohorts,
        @Nullable BigDecimal score,
        @Nullable BigDecimal baseline,
        boolean outsideLimits,
        boolean assessable,
        Status status) {

    /** Where the participant stands; exactly one applies. */
    enum Status {
        RECEIVED_IN_WINDOW,
        RECEIVED_EARLY,
        RECEIVED_LATE,
        NOT_DONE,
        NOT_EXPECTED,
        NOT_DUE,
        DUE,
        MISSED,
        OVERDUE
    }

    boolean isScored() {
        return score != null;
    }

    /** Who is of the same cohorts, whatever the groupings. */
    Cell cell() {
        return new Cell(
                enrolment.site(),
                enrolment.arm(),
                new TreeMap<>(enrolment.strata() == null ? Map.of() : enrolment.strata()));
    }

    static Member of(
            Participant participant, Enrolment enrolment, Endpoint endpoint, Protocol protocol, LocalDate today) {
        Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        FollowUp applied = participant.applied(endpoint).orElse(null);
        BigDecimal score = applied == null ? null : Participant.score(applied);
        boolean notDone = applied != null && applied.status() == FollowUp.Status.NOT_DONE;
        return new Member(
                enrolment,
                Participant.cohorts(enrolment, protocol.groupings()),
                score,
                applied == null || applied.baseline() ? null : participant.baseline(endpoint.instrument()),
                applied != null && !notDone && score == null,
                applied != null || isOver(enrolment, visit, today),
                applied == null
                        ? withoutRecord(enrolment, visit, today)
                        : notDone ? Status.NOT_DONE : received(enrolment, visit, applied));
    }

    private static boolean isOver(Enrolment enrolment, Visit visit, LocalDate today) {
        Status status = withoutRecord(enrolment, visit, today);
        return status != Status.NOT_DUE && status != Status.DUE;
    }

    private static Status received(Enrolment enrolment, Visit visit, FollowUp applied) {
        LocalDate day1 = enrolment.day1();
        LocalDate assessedOn = applied.assessedOn();
        if (day1 == null || assessedOn == null) {
            return Status.RECEIVED_IN_WINDOW;
        }
        if (assessedOn.isBefore(date(day1, visit.windowOpen()))) {
            return Status.RECEIVED_EARLY;
        }
        return assessedOn.isAfter(date(day1, visit.windowClose())) ? Status.RECEIVED_LATE : Status.RECEIVED_IN_WINDOW;
    }

    private static Status withoutRecord(Enrolment enrolment, Visit visit, LocalDate today) {
        LocalDate day1 = enrolment.day1();
        LocalDate left = enrolment.offStudyOn();
        if (day1 == null) {
            return left == null ? Status.NOT_DUE : Status.NOT_EXPECTED;
        }
        LocalDate close = date(day1, visit.windowClose());
        if (left != null && left.compareTo(close) <= 0) {
            return Status.NOT_EXPECTED;
        }
        if (today.isBefore(date(day1, visit.windowOpen()))) {
            return Status.NOT_DUE;
        }
        if (today.compareTo(close) <= 0) {
            return Status.DUE;
        }
        return left == null ? Status.OVERDUE : Status.MISSED;
    }

    /** The first treatment is day 1 and the day before it day -1. */
    private static LocalDate date(LocalDate day1, int studyDay) {
        return studyDay > 0 ? day1.plusDays(studyDay - 1L) : day1.plusDays(studyDay);
    }
}

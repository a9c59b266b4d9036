package io.outcometracker.ingest.domain;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Assessed;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Visit;
import java.util.Optional;

/**
 * An assessment outside the window of its visit. It is kept and counts, as early or late; the site is told, since it may be
 * a slip.
 *
 * @param days from the window's nearer end
 * @param message what a nurse is told
 */
public record OutOfWindow(Side code, int days, String message) {
    /** On which side of the window. */
    public enum Side {
        EARLY,
        LATE
    }

    /**
     * What is to be said of the version that stands, by the windows of the protocol; empty if it was assessed in time,
     * does not count, or Day 1 is not known.
     */
    public static Optional<OutOfWindow> of(Disposition disposition, Protocol protocol) {
        Assessed assessed = disposition.assessed();
        return assessed == null ? Optional.empty() : of(assessed, protocol);
    }

    private static Optional<OutOfWindow> of(Assessed assessed, Protocol protocol) {
        return protocol.visits().stream()
                .filter(it -> it.code().equals(assessed.visit()))
                .findFirst()
                .flatMap(it -> of(assessed.studyDay(), it));
    }

    private static Optional<OutOfWindow> of(int studyDay, Visit visit) {
        if (studyDay < visit.windowOpen()) {
            int days = daysFromDay1(visit.windowOpen()) - daysFromDay1(studyDay);
            String message = "assessed " + inWords(days) + " before the window opened; kept and counted as early";
            return Optional.of(new OutOfWindow(Side.EARLY, days, message));
        }
        if (studyDay > visit.windowClose()) {
            int days = daysFromDay1(studyDay) - daysFromDay1(visit.windowClose());
            String message = "assessed " + inWords(days) + " after the window closed; kept and counted as late";
            return Optional.of(new OutOfWindow(Side.LATE, days, message));
        }
        return Optional.empty();
    }

    /** There is no study day 0. */
    private static int daysFromDay1(int studyDay) {
        return studyDay > 0 ? studyDay - 1 : studyDay;
    }

    private static String inWords(int days) {
        return days == 1 ? "1 day" : days + " days";
    }
}

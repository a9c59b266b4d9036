package io.outcometracker.loader.simulation;

import java.time.LocalDate;

/**
 * What gives one score.
 *
 * @param studyDay on which it took place
 * @param reportedOn when its record was sent
 */
record Assessment(Participant participant, Visit visit, Measure measure, int studyDay, LocalDate reportedOn) {
    LocalDate assessedOn() {
        return participant.date(studyDay);
    }
}

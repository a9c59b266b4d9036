package io.outcometracker.cohort.chart;

import io.outcometracker.contract.Disposition.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Names one of the things that were reported of a participant, whatever its version.
 *
 * @param recordId absent for an enrolment or erasure, of which a participant has one
 */
public record Reported(Subject subject, @Nullable String recordId) {
    public static final Reported ENROLMENT = new Reported(Subject.ENROLMENT, null);
    public static final Reported ERASURE = new Reported(Subject.ERASURE, null);

    public static Reported followUp(String recordId) {
        return new Reported(Subject.FOLLOW_UP, recordId);
    }

    public static Reported adverseEvent(String recordId) {
        return new Reported(Subject.ADVERSE_EVENT, recordId);
    }
}

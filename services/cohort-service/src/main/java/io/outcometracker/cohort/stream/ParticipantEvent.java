package io.outcometracker.cohort.stream;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import java.util.function.Function;

/** What can be reported of a participant. */
sealed interface ParticipantEvent {
    <R> R match(Function<Enrolment, R> onEnrolment, Function<FollowUp, R> onFollowUp);

    default ParticipantKey participant() {
        return match(Enrolment::key, FollowUp::key);
    }

    /** News from the randomisation system. */
    record Enrolled(Enrolment enrolment) implements ParticipantEvent {
        @Override
        public <R> R match(Function<Enrolment, R> onEnrolment, Function<FollowUp, R> onFollowUp) {
            return onEnrolment.apply(enrolment);
        }
    }

    /** News from a site. */
    record FollowedUp(FollowUp followUp) implements ParticipantEvent {
        @Override
        public <R> R match(Function<Enrolment, R> onEnrolment, Function<FollowUp, R> onFollowUp) {
            return onFollowUp.apply(followUp);
        }
    }
}

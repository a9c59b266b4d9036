package io.outcometracker.cohort.chart;

import io.outcometracker.cohort.chart.ParticipantChart.Decision;
import io.outcometracker.contract.AdverseEvent;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.Erasure;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.ParticipantKey;
import org.jspecify.annotations.Nullable;

/** What can be reported of a participant. */
public sealed interface ParticipantEvent {
    ParticipantKey participant();

    Reported reported();

    int version();

    /** The site that the report names; an erasure names none. */
    @Nullable
    String site();

    Decision applyTo(ParticipantChart chart);

    /** News from the randomisation system. */
    record Enrolled(Enrolment enrolment) implements ParticipantEvent {
        @Override
        public ParticipantKey participant() {
            return enrolment.key();
        }

        @Override
        public Reported reported() {
            return Reported.ENROLMENT;
        }

        @Override
        public int version() {
            return enrolment.version();
        }

        @Override
        public String site() {
            return enrolment.site();
        }

        @Override
        public Decision applyTo(ParticipantChart chart) {
            return chart.apply(enrolment);
        }
    }

    /** A score from a site. */
    record FollowedUp(FollowUp followUp) implements ParticipantEvent {
        @Override
        public ParticipantKey participant() {
            return followUp.key();
        }

        @Override
        public Reported reported() {
            return Reported.followUp(followUp.recordId());
        }

        @Override
        public int version() {
            return followUp.version();
        }

        @Override
        public String site() {
            return followUp.site();
        }

        @Override
        public Decision applyTo(ParticipantChart chart) {
            return chart.apply(followUp);
        }
    }

    /** Something that befell the participant, from a site. */
    record HadAdverseEvent(AdverseEvent adverseEvent) implements ParticipantEvent {
        @Override
        public ParticipantKey participant() {
            return adverseEvent.key();
        }

        @Override
        public Reported reported() {
            return Reported.adverseEvent(adverseEvent.recordId());
        }

        @Override
        public int version() {
            return adverseEvent.version();
        }

        @Override
        public String site() {
            return adverseEvent.site();
        }

        @Override
        public Decision applyTo(ParticipantChart chart) {
            return chart.apply(adverseEvent);
        }
    }

    /** The order to forget the participant; it has no versions. */
    record Erased(Erasure erasure) implements ParticipantEvent {
        @Override
        public ParticipantKey participant() {
            return erasure.key();
        }

        @Override
        public Reported reported() {
            return Reported.ERASURE;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public @Nullable String site() {
            return null;
        }

        @Override
        public Decision applyTo(ParticipantChart chart) {
            return chart.apply(erasure);
        }
    }
}

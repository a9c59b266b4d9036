package io.outcometracker.benchmarks.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AmendmentsTest {
    private static final int PARTICIPANTS = 100;

    private final Study study = Study.live("T", 2, PARTICIPANTS, 2, 3);
    private final Amendments amendments = new Amendments(study);

    @Test
    void nothingIsOtherThanTheStudySaysBeforeTheFirst() {
        assertThat(Expected.of(study, amendments)).isEqualTo(Expected.of(study));
    }

    @Test
    void theHighestVersionOfEachRecordStands() {
        Latest latest = new Latest();
        study.read(latest);
        amendments.write(5 * PARTICIPANTS / 2, PARTICIPANTS, latest);

        assertThat(Expected.of(study, amendments)).isEqualTo(Expected.of(study, latest));
    }

    @Test
    void eachParticipantHasATurnBeforeOneHasASecond() {
        Latest latest = new Latest();
        amendments.write(PARTICIPANTS, PARTICIPANTS, latest);

        assertThat(latest.followUps).hasSize(PARTICIPANTS);
    }

    @Test
    void onlySoManyParticipantsAreAmendedAsAskedFor() {
        Latest latest = new Latest();
        amendments.write(PARTICIPANTS, 10, latest);

        assertThat(latest.followUps).hasSize(10);
    }

    @Test
    void noVersionIsWrittenTwice() {
        Latest latest = new Latest();
        study.read(latest);
        amendments.write(3 * PARTICIPANTS, PARTICIPANTS, latest);
        amendments.write(3 * PARTICIPANTS, 10, latest);

        assertThat(latest.repeated).isEmpty();
    }

    /** What stands by the versions of the records alone. */
    private final class Latest implements Study.Reader, Expected.Standing {
        private final Map<String, FollowUp> followUps = new HashMap<>();
        private final Set<String> seen = new HashSet<>();
        private final Set<String> repeated = new HashSet<>();

        @Override
        public void enrolled(Enrolment enrolment) {}

        @Override
        public void followedUp(FollowUp followUp) {
            if (!seen.add(followUp.recordId() + ' ' + followUp.version())) {
                repeated.add(followUp.recordId());
            }
            followUps.merge(
                    followUp.recordId(), followUp, (held, next) -> held.version() < next.version() ? next : held);
        }

        @Override
        public Integer of(int participant, int visit, int instrument) {
            FollowUp first = study.followUp(participant, visit, instrument, 1, FollowUp.Status.FINAL);
            BigDecimal value =
                    Objects.requireNonNull(followUps.get(first.recordId())).value();
            return value == null ? null : value.intValueExact();
        }
    }
}

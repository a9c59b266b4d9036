package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.FollowUp;
import org.jspecify.annotations.Nullable;

/** Amends the scores of a study's last visit again and again, those of one participant after the other, in no order of theirs. */
final class Amendments implements Expected.Standing {
    /** No divisor of any number of participants here: each has a turn before one has a second. */
    private static final long STRIDE = 7919;
    /** The last version that the study itself may give a record. */
    private static final int BEFORE = 3;

    private final Study study;
    private final int visit;
    /** By participant. */
    private final int[] versions;

    private long written;

    Amendments(Study study) {
        this.study = study;
        visit = study.visits() - 1;
        versions = new int[study.participants()];
    }

    /** @param among so many participants, no multiple of the stride */
    void write(int records, int among, Study.Reader reader) {
        for (int i = 0; i < records; i++) {
            int participant = (int) (written++ * STRIDE % among);
            int version = BEFORE + ++versions[participant];
            reader.followedUp(study.followUp(participant, visit, 0, version, FollowUp.Status.AMENDED));
        }
    }

    @Override
    public @Nullable Integer of(int participant, int at, int instrument) {
        return at == visit && versions[participant] > 0
                ? Integer.valueOf(study.value(participant, visit, BEFORE + versions[participant]))
                : study.standing(participant, at, instrument);
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A metric on its way to an audience.
 *
 * @param metric absent where the cohort is no longer to be seen
 */
record PublishedMetric(Audience audience, @Nullable CohortMetric metric) {

    /** Who reads a topic of metrics. */
    enum Audience {
        BLINDED {
            /** Strata too are kept back while the trial is masked: one of them may tell the arm. */
            @Override
            boolean maySee(Cohort cohort, Protocol protocol) {
                return !protocol.masked()
                        || cohort.equals(Cohort.ALL)
                        || cohort.by().equals(Cohort.SITE);
            }
        },
        UNBLINDED {
            @Override
            boolean maySee(Cohort cohort, Protocol protocol) {
                return true;
            }
        };

        abstract boolean maySee(Cohort cohort, Protocol protocol);
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.stream.TrialPlans.Plan;
import io.outcometracker.cohort.tally.View;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.util.Optional;

/** Who is not shown everything. */
enum Audience {
    SPONSOR {
        @Override
        Topic<CohortMetric> metrics() {
            return Topics.COHORT_METRICS;
        }

        @Override
        Optional<View> view(Plan plan) {
            return Optional.of(View.sponsor(plan.protocol(), plan.armsKnown()));
        }
    },
    PUBLIC {
        @Override
        Topic<CohortMetric> metrics() {
            return Topics.COHORT_METRICS_PUBLIC;
        }

        @Override
        Optional<View> view(Plan plan) {
            return View.open(plan.protocol(), plan.armsKnown());
        }
    };

    abstract Topic<CohortMetric> metrics();

    /** What of a trial's scores is published to the audience, if anything. */
    abstract Optional<View> view(Plan plan);
}

package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import java.time.Instant;

/** The adverse events of a cohort. */
record CohortAdverseEvents(
        String trial, Cohort cohort, AdverseEvents adverseEvents, Instant asOf, int protocolVersion) {
    static CohortAdverseEvents of(TrialSummary it) {
        return new CohortAdverseEvents(it.trial(), it.cohort(), it.adverseEvents(), it.asOf(), it.protocolVersion());
    }
}

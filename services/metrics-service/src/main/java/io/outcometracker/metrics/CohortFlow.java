package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.Flow;
import java.time.Instant;

/** How the participants of a cohort went through the trial (CONSORT 2025). */
record CohortFlow(String trial, Cohort cohort, Flow flow, Instant asOf, int protocolVersion) {
    static CohortFlow of(TrialSummary it) {
        return new CohortFlow(it.trial(), it.cohort(), it.flow(), it.asOf(), it.protocolVersion());
    }
}

package io.outcometracker.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;

/** Whom a deployment serves. What an audience may not see is not on the topic that it reads. */
enum Audience {
    @JsonProperty("sponsor")
    SPONSOR,
    /** Sees the arms of masked trials. */
    @JsonProperty("unblinded")
    UNBLINDED;

    Topic<CohortMetric> topic() {
        return switch (this) {
            case SPONSOR -> Topics.COHORT_METRICS;
            case UNBLINDED -> Topics.COHORT_METRICS_UNBLINDED;
        };
    }
}

package io.outcometracker.cohort;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the cohort service.
 *
 * @param publishInterval how long a changed cohort may wait for more changes before it is published
 * @param publish false for one that gets ready to take over: it reads and counts everything, and publishes nothing
 */
@ConfigurationProperties("outcomes.cohort")
record CohortProperties(
        @DefaultValue("50ms") Duration publishInterval,
        @DefaultValue("true") boolean publish) {
    CohortProperties {
        if (publishInterval.isZero() || publishInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "outcomes.cohort.publish-interval must be more than 0, but is " + publishInterval);
        }
    }
}

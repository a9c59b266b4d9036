package io.outcometracker.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of this service.
 *
 * @param audience whom this deployment serves
 * @param open whether the numbers for the public need no token
 * @param rolesClaim claim of a token that lists the roles
 * @param streams how many may follow a trial at once
 */
@ConfigurationProperties("outcomes.metrics")
record MetricsProperties(
        @DefaultValue("sponsor") Audience audience,
        @DefaultValue("false") boolean open,
        @DefaultValue("roles") String rolesClaim,
        @DefaultValue("200") int streams) {
    MetricsProperties {
        if (open && audience != Audience.PUBLIC) {
            throw new IllegalArgumentException("outcomes.metrics.open is for the audience public only");
        }
        if (streams < 0) {
            throw new IllegalArgumentException("outcomes.metrics.streams must be 0 or more");
        }
    }

    boolean isOpenToAll() {
        return open;
    }
}

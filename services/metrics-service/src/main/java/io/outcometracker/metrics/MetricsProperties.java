package io.outcometracker.metrics;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of this service.
 *
 * @param audience whom this deployment serves
 * @param open whether the numbers for the public need no token
 * @param rolesClaim claim of a token that lists the roles
 */
@ConfigurationProperties("outcomes.metrics")
record MetricsProperties(
        @DefaultValue("sponsor") Audience audience,
        @DefaultValue("false") boolean open,
        @DefaultValue("roles") String rolesClaim) {
    MetricsProperties {
        if (open && audience != Audience.PUBLIC) {
            throw new IllegalArgumentException("outcomes.metrics.open is for the audience public only");
        }
    }

    boolean isOpenToAll() {
        return open;
    }
}

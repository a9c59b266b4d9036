package io.outcometracker.cohort.verify;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the verification.
 *
 * @param patience for how long a difference must last, with nothing new in its trial, to be one
 */
@ConfigurationProperties("outcomes.cohort.verify")
record VerifyProperties(@DefaultValue("30s") Duration patience) {
    VerifyProperties {
        if (patience.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "outcomes.cohort.verify.patience must be more than 0, but is " + patience);
        }
    }
}

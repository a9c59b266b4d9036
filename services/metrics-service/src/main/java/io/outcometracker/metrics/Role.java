package io.outcometracker.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a reader is in the trials that it belongs to. */
enum Role {
    SITE,
    RANDOMISATION,
    TRIAL_MANAGER,
    STATISTICIAN,
    AUDITOR,
    /** Scrapes metrics; belongs to no trial. */
    MONITORING;

    /** As a token names it. */
    String claim() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for a name that is no role here: an issuer serves others too. */
    static Optional<Role> of(String claim) {
        return Arrays.stream(values()).filter(it -> it.claim().equals(claim)).findFirst();
    }
}

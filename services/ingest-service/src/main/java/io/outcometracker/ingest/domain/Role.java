package io.outcometracker.ingest.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller is in the trials that it belongs to. */
public enum Role {
    /** Posts results of its own sites. */
    SITE,
    /** Posts who is enrolled, and in which arm. */
    RANDOMISATION,
    TRIAL_MANAGER,
    STATISTICIAN,
    AUDITOR,
    /** Scrapes metrics; belongs to no trial. */
    MONITORING;

    /** As a token names it. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for a name that is no role here: an issuer serves others too. */
    public static Optional<Role> of(String claim) {
        return Arrays.stream(values()).filter(it -> it.claim().equals(claim)).findFirst();
    }
}

package io.outcometracker.ingest.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * Who asks.
 *
 * @param id the subject of the token
 * @param trials codes; {@code *} is every trial, empty is none
 * @param sites codes; {@code *} is every site of these trials, empty is none
 */
public record Caller(String id, Set<Role> roles, Set<String> trials, Set<String> sites) {
    private static final String ALL = "*";

    public Caller {
        requireNonNull(id, "id");
        roles = Set.copyOf(roles);
        trials = Set.copyOf(trials);
        sites = Set.copyOf(sites);
    }

    public boolean isOneOf(Role... any) {
        return Set.of(any).stream().anyMatch(roles::contains);
    }

    public boolean isOfTrial(String trial) {
        return trials.contains(ALL) || trials.contains(trial);
    }

    /** Its roles as a token names them, in order. */
    public List<String> roleClaims() {
        return roles.stream().map(Role::claim).sorted().toList();
    }

    /** Whether it may see records of every site of its trials. */
    public boolean seesAllSites() {
        return isOneOf(Role.TRIAL_MANAGER, Role.STATISTICIAN, Role.AUDITOR);
    }

    /** Whether it acts for the site, in the trials that are its own. */
    public boolean isOfSite(String site) {
        return sites.contains(ALL) || sites.contains(site);
    }
}

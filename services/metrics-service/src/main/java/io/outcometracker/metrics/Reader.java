package io.outcometracker.metrics;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;

/**
 * Who asks.
 *
 * @param trials codes; {@code *} is every trial, empty is none
 * @param sites codes; {@code *} is every site of these trials, empty is none
 */
record Reader(Set<Role> roles, Set<String> trials, Set<String> sites) {
    private static final String ALL = "*";

    /** Whoever asks, where nobody has to say who they are. */
    static final Reader ANYONE =
            new Reader(EnumSet.complementOf(EnumSet.of(Role.MONITORING)), Set.of(ALL), Set.of(ALL));

    Reader {
        roles = Set.copyOf(roles);
        trials = Set.copyOf(trials);
        sites = Set.copyOf(sites);
    }

    /** Claims that are absent or of another form grant nothing, nor do roles of other products. */
    static Reader of(ClaimAccessor token, String rolesClaim) {
        return new Reader(
                texts(token, rolesClaim).map(Role::of).flatMap(Optional::stream).collect(toUnmodifiableSet()),
                texts(token, "trials").collect(toUnmodifiableSet()),
                texts(token, "sites").collect(toUnmodifiableSet()));
    }

    /** As the audit names who asks; nobody, if they have not said who they are. */
    static Actor actor(@Nullable Authentication who, String rolesClaim) {
        if (who == null || !(who.getPrincipal() instanceof ClaimAccessor token)) {
            return new Actor(null, null, null, null);
        }
        List<String> roles =
                of(token, rolesClaim).roles().stream().map(Role::claim).sorted().toList();
        return new Actor(who.getName(), roles, null, null);
    }

    private static Stream<String> texts(ClaimAccessor token, String claim) {
        return token.getClaims().get(claim) instanceof Collection<?> values
                ? values.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }

    boolean isOneOf(Set<Role> any) {
        return any.stream().anyMatch(roles::contains);
    }

    boolean isOfTrial(String trial) {
        return trials.contains(ALL) || trials.contains(trial);
    }

    /** What it may see of a trial: all that the audience is shown, or what a site may. */
    TrialView shown(TrialView trial, Audience audience) {
        return isOneOf(audience.readers()) ? trial : completenessOf(trial);
    }

    /** The same for readers who are shown the same, everywhere. */
    String share(Audience audience) {
        return isOneOf(audience.readers()) ? "all" : "completeness of " + new TreeSet<>(sites);
    }

    /** How complete its own reports are, and those of the whole. */
    private TrialView completenessOf(TrialView trial) {
        Protocol plan = trial.protocol();
        return new TrialView(
                trial.trial(),
                plan == null ? null : plan.withoutArms(),
                List.of(),
                trial.completeness().stream().filter(it -> isOwn(it.cohort())).toList(),
                List.of(),
                trial.changes().stream()
                        .filter(it -> it.kind() == Change.Kind.COMPLETENESS
                                && isOwn(it.place().cohort()))
                        .toList(),
                trial.revision());
    }

    private boolean isOwn(Cohort cohort) {
        String value = cohort.value();
        return value == null || (cohort.by().equals(Cohort.SITE) && (sites.contains(ALL) || sites.contains(value)));
    }

    /** Tells apart answers at one address to readers who are not shown the same. */
    String mark() {
        return equals(ANYONE) ? "" : '-' + Integer.toHexString(hashCode());
    }
}

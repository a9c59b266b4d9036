package io.outcometracker.loader;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of a trial the audience of a metrics-service is shown.
 *
 * @param cohorts of which it may know at all
 * @param rule how small groups and single participants are kept from being seen in them
 */
record Shown(Predicate<Cohort> cohorts, DisclosureRule rule) {
    private static final DisclosureRule NOTHING_HIDDEN = new DisclosureRule(1, null);

    /** Why a cohort cannot be held against what it should be. */
    enum Reason {
        NOT_RELEASED("not released yet"),
        IN_BATCHES("released in batches, so they may lag behind"),
        TOO_SMALL("too small to be shown"),
        PARTLY_WITHHELD("withheld in part, since it would tell of too few participants");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Shown everything() {
        return new Shown(cohort -> true, NOTHING_HIDDEN);
    }

    /** @param audience absent where the service does not know the trial, of which it then should */
    static Shown of(Protocol protocol, Optional<ServiceClient.Audience> audience) {
        return audience.map(it -> of(protocol, it)).orElseGet(Shown::everything);
    }

    private static Shown of(Protocol protocol, ServiceClient.Audience audience) {
        DisclosureRule rule = audience.disclosure() == null ? NOTHING_HIDDEN : audience.disclosure();
        // That a masked trial was unblinded shows in its arms being there.
        boolean armsKnown = !protocol.masked()
                || audience.cohorts().stream().anyMatch(it -> it.by().equals(Cohort.ARM));
        return switch (audience.audience()) {
            case "sponsor" -> new Shown(armsKnown ? cohort -> true : Cohort.ALL::equals, rule);
            case "public" ->
                new Shown(
                        cohort -> cohort.equals(Cohort.ALL)
                                || (armsKnown && cohort.by().equals(Cohort.ARM)),
                        rule);
            default -> new Shown(cohort -> true, rule);
        };
    }

    boolean inBatches() {
        return rule.release() != null;
    }

    /** @param found absent where there is nothing of it */
    Optional<Reason> notComparable(@Nullable CohortMetric found) {
        boolean hidesSmall = rule.threshold() > 1;
        Reason reason = null;
        if (found == null) {
            reason = inBatches() ? Reason.NOT_RELEASED : null;
        } else if (hidesSmall && found.suppressed()) {
            reason = Reason.TOO_SMALL;
        } else if (inBatches() && found.upTo() != null) {
            reason = Reason.IN_BATCHES;
        } else if (hidesSmall && found.withheld() != null) {
            reason = Reason.PARTLY_WITHHELD;
        }
        return Optional.ofNullable(reason);
    }
}

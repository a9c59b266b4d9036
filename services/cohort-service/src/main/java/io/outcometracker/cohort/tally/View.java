package io.outcometracker.cohort.tally;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an audience is shown.
 *
 * @param shown cohorts that it may know of at all
 * @param rule how small groups and single participants are kept from being seen in them
 * @param full whether metrics also have their completeness and, where the protocol wants them, p values
 */
public record View(Predicate<Cohort> shown, DisclosureRule rule, boolean full) {
    private static final DisclosureRule NOTHING_HIDDEN = new DisclosureRule(1, null);

    public View {
        requireNonNull(shown, "shown");
        requireNonNull(rule, "rule");
    }

    /** Everything, live. */
    public static View unblinded() {
        return new View(cohort -> true, NOTHING_HIDDEN, true);
    }

    /**
     * Scores for the sponsor: while arms are not known, of the whole trial only.
     *
     * @param armsKnown whether the trial is not masked, or was unblinded
     */
    public static View sponsor(Protocol protocol, boolean armsKnown) {
        return new View(armsKnown ? cohort -> true : Cohort.ALL::equals, protocol.sponsorRule(armsKnown), false);
    }

    /**
     * Completeness and the participant flow for the sponsor: while arms are not known, of the whole trial and of its
     * sites; live, and nothing suppressed, since there are no scores in them.
     *
     * @param armsKnown whether the trial is not masked, or was unblinded
     */
    public static View operational(boolean armsKnown) {
        return new View(
                cohort -> armsKnown || cohort.equals(Cohort.ALL) || cohort.by().equals(Cohort.SITE),
                NOTHING_HIDDEN,
                false);
    }

    /**
     * Scores for everyone: of the whole trial and, once arms are known, of each arm. Empty where the protocol publishes
     * nothing.
     *
     * @param armsKnown whether the trial is not masked, or was unblinded
     */
    public static Optional<View> open(Protocol protocol, boolean armsKnown) {
        return protocol.publicRule()
                .map(rule -> new View(
                        cohort -> cohort.equals(Cohort.ALL)
                                || (armsKnown && cohort.by().equals(Cohort.ARM)),
                        rule,
                        false));
    }
}

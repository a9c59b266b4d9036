package io.outcometracker.cohort.verify;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.util.Optional;

/** Who reads a topic of metrics, and what of them. */
enum Audience {
    UNBLINDED {
        @Override
        Topic<CohortMetric> topic() {
            return Topics.COHORT_METRICS_UNBLINDED;
        }

        @Override
        boolean knows(Cohort cohort, boolean armsKnown) {
            return true;
        }

        @Override
        Optional<DisclosureRule> rule(Protocol protocol, boolean armsKnown) {
            return Optional.of(new DisclosureRule(1, null));
        }
    },
    SPONSOR {
        @Override
        Topic<CohortMetric> topic() {
            return Topics.COHORT_METRICS;
        }

        @Override
        boolean knows(Cohort cohort, boolean armsKnown) {
            return armsKnown || cohort.equals(Cohort.ALL);
        }

        @Override
        Optional<DisclosureRule> rule(Protocol protocol, boolean armsKnown) {
            return Optional.of(protocol.sponsorRule(armsKnown));
        }
    },
    PUBLIC {
        @Override
        Topic<CohortMetric> topic() {
            return Topics.COHORT_METRICS_PUBLIC;
        }

        @Override
        boolean knows(Cohort cohort, boolean armsKnown) {
            return cohort.equals(Cohort.ALL) || (armsKnown && cohort.by().equals(Cohort.ARM));
        }

        @Override
        Optional<DisclosureRule> rule(Protocol protocol, boolean armsKnown) {
            return protocol.publicRule();
        }
    };

    abstract Topic<CohortMetric> topic();

    /** Whether it may know of the cohort at all. */
    abstract boolean knows(Cohort cohort, boolean armsKnown);

    /** How small groups are kept from it; empty where nothing is published to it. */
    abstract Optional<DisclosureRule> rule(Protocol protocol, boolean armsKnown);

    /** Of completeness and summaries on the sponsor's topics. */
    static boolean sponsorCounts(Cohort cohort, boolean armsKnown) {
        return armsKnown || cohort.equals(Cohort.ALL) || cohort.by().equals(Cohort.SITE);
    }
}

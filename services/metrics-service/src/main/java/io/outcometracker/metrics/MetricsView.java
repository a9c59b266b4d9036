package io.outcometracker.metrics;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything read so far. Never changes: a newer one takes its place, so what is taken from one view fits together.
 *
 * @param trials by code
 * @param revision another one whenever a trial differs
 * @param completeAsOf when Kafka was last seen to hold nothing that is not in here
 * @param progress how far the topics were read for it
 */
record MetricsView(SortedMap<String, TrialView> trials, UUID revision, Instant completeAsOf, Progress progress) {

    Optional<TrialView> trial(String code) {
        return Optional.ofNullable(trials.get(code));
    }

    /**
     * One trial; its lists are in the order of the protocol's visits, instruments and cohorts.
     *
     * @param protocol absent until it was read
     * @param changes what was last done to each place of these lists, also to those where nothing is left
     * @param revision another one whenever something differs
     */
    record TrialView(
            String trial,
            @Nullable Protocol protocol,
            List<CohortMetric> metrics,
            List<Completeness> completeness,
            List<TrialSummary> summaries,
            List<? extends Change<?>> changes,
            UUID revision) {}
}

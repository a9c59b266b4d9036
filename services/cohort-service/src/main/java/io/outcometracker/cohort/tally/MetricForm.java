package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.statistics.CohortStatistics;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes computed statistics into the form in which they are published. */
final class MetricForm {
    private MetricForm() {}

    static CohortMetric fill(
            Endpoint endpoint, Cohort cohort, CohortStatistics statistics, Instant asOf, int protocolVersion) {
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                distribution(statistics.value()),
                statistics.change() == null ? null : distribution(statistics.change()),
                statistics.percentChange() == null ? null : distribution(statistics.percentChange()),
                statistics.percentChange() == null ? null : statistics.nBaselineZero(),
                responders(statistics),
                false,
                null,
                asOf,
                protocolVersion);
    }

    private static Distribution distribution(io.outcometracker.statistics.Distribution it) {
        return new Distribution(
                it.n(),
                it.mean(),
                it.sd(),
                it.se(),
                interval(it.ci()),
                it.median(),
                it.q1(),
                it.q3(),
                it.min(),
                it.max());
    }

    private static @Nullable Interval interval(io.outcometracker.statistics.@Nullable Interval it) {
        return it == null ? null : new Interval(it.low(), it.high());
    }

    private static @Nullable Responders responders(CohortStatistics statistics) {
        ResponderRate thirtyPercent = rate(statistics.responders30());
        ResponderRate fiftyPercent = rate(statistics.responders50());
        ResponderRate mcid = rate(statistics.respondersMcid());
        return thirtyPercent == null && fiftyPercent == null && mcid == null
                ? null
                : new Responders(thirtyPercent, fiftyPercent, mcid);
    }

    private static @Nullable ResponderRate rate(io.outcometracker.statistics.@Nullable Responders it) {
        return it == null ? null : new ResponderRate(proportion(it.observed()), proportion(it.imputed()));
    }

    private static Proportion proportion(io.outcometracker.statistics.Proportion it) {
        return new Proportion(it.k(), it.n(), it.rate(), interval(it.ci()));
    }
}

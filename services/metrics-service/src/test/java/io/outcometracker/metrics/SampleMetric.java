package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Metrics with made-up numbers. */
final class SampleMetric {
    private static final Instant AS_OF = Instant.parse("2026-11-20T09:30:00Z");

    private SampleMetric() {}

    /** With every field there, each number another one. */
    static CohortMetric full(String trial, String visit, String instrument, Cohort cohort) {
        return of(
                trial,
                visit,
                instrument,
                cohort,
                new Distribution(24, 4.5, 1.25, 0.2551551815399144, new Interval(3.97, 5.03), 4.0, 3.5, 6.0, 1.0, 9.0),
                new Distribution(20, -2.15, 1.5, 0.33, new Interval(-2.85, -1.45), -2.0, -3.0, -1.0, -6.0, 1.0),
                new Distribution(19, -31.25, 22.5, 5.16, new Interval(-42.1, -20.4), -30.0, -50.0, -15.0, -80.0, 20.0),
                new Responders(
                        rate(10, 19, 0.5263157894736842, 0.317, 0.727, 30, 0.3333333333333333, 0.192, 0.512),
                        rate(5, 19, 0.2631578947368421, 0.118, 0.488, 30, 0.16666666666666666, 0.073, 0.336),
                        rate(13, 20, 0.65, 0.433, 0.819, 30, 0.43333333333333335, 0.274, 0.608)));
    }

    private static ResponderRate rate(
            long k,
            long n,
            double rate,
            double low,
            double high,
            long due,
            double ofDue,
            double lowest,
            double highest) {
        return new ResponderRate(
                new Proportion(k, n, rate, new Interval(low, high)),
                new Proportion(k, due, ofDue, new Interval(lowest, highest)));
    }

    /** With this many scores, all of them the same. */
    static CohortMetric of(String trial, String visit, String instrument, Cohort cohort, long n, double score) {
        return of(
                trial,
                visit,
                instrument,
                cohort,
                new Distribution(n, score, null, null, null, score, score, score, score, score),
                null,
                null,
                null);
    }

    /** Of a cohort that has nobody with a score yet. */
    static CohortMetric empty(String trial, String visit, String instrument, Cohort cohort) {
        Distribution none = new Distribution(0, null, null, null, null, null, null, null, null, null);
        ResponderRate nobody = new ResponderRate(new Proportion(0, 0, null, null), new Proportion(0, 0, null, null));
        return of(trial, visit, instrument, cohort, none, none, none, new Responders(nobody, nobody, null));
    }

    /** Of a cohort that is too small to be shown. */
    static CohortMetric suppressed(String trial, String visit, String instrument, Cohort cohort, String reason) {
        return new CohortMetric(trial, visit, instrument, cohort, null, null, null, null, null, true, reason, AS_OF, 1);
    }

    private static CohortMetric of(
            String trial,
            String visit,
            String instrument,
            Cohort cohort,
            Distribution value,
            @Nullable Distribution change,
            @Nullable Distribution percentChange,
            @Nullable Responders responders) {
        return new CohortMetric(
                trial,
                visit,
                instrument,
                cohort,
                value,
                change,
                percentChange,
                percentChange == null ? null : 1L,
                responders,
                false,
                null,
                AS_OF,
                1);
    }
}

package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.CohortMetric.Undefined;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.contract.TrialSummary.AdverseEvents;
import io.outcometracker.contract.TrialSummary.Flow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is published, with made-up numbers. */
final class SampleMetric {
    private static final Instant AS_OF = Instant.parse("2026-11-20T09:30:00Z");

    private SampleMetric() {}

    /** With every field that each cohort of a live view has, each number another one. */
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

    /** With every field that there can be, even if not at once. */
    static CohortMetric everything(String trial, String visit, String instrument, Cohort cohort) {
        CohortMetric full = full(trial, visit, instrument, cohort);
        return new CohortMetric(
                trial,
                visit,
                instrument,
                cohort,
                withReason(full.value()),
                withReason(full.change()),
                withReason(full.percentChange()),
                full.nBaselineZero(),
                full.responders(),
                2L,
                new GeometricMean(24, 4.31, new Interval(3.8, 4.89), Undefined.NOT_POSITIVE),
                versusControl(),
                counts(),
                false,
                null,
                List.of("percentChange", "responders.mcid"),
                Map.of("outcomes.follow-ups.v1", List.of(7L, 9L)),
                AS_OF,
                1);
    }

    private static Distribution withReason(Distribution it) {
        return new Distribution(
                it.n(),
                it.mean(),
                it.sd(),
                it.se(),
                it.ci(),
                it.median(),
                it.q1(),
                it.q3(),
                it.min(),
                it.max(),
                Undefined.TOO_FEW);
    }

    private static ArmComparison versusControl() {
        return new ArmComparison(
                "SHAM",
                new MeanDifference(
                        24,
                        22,
                        -0.94,
                        0.41,
                        43.7,
                        -2.29,
                        0.0268,
                        new Interval(-1.77, -0.11),
                        new HedgesG(-0.664, 0.298, new Interval(-1.248, -0.08), 1.39, -0.676, 0.983),
                        Undefined.TOO_FEW),
                new MeanDifference(
                        20,
                        18,
                        -1.35,
                        0.45,
                        35.2,
                        -3.0,
                        0.00496,
                        new Interval(-2.263, -0.437),
                        new HedgesG(-0.955, 0.336, new Interval(-1.614, -0.296), 1.384, -0.975, 0.979),
                        Undefined.ZERO_VARIANCE),
                new Ancova(
                        20,
                        18,
                        0.61,
                        -1.28,
                        0.36,
                        35L,
                        -3.56,
                        0.00001,
                        new Interval(-2.011, -0.549),
                        4.47,
                        5.75,
                        Undefined.EQUAL_BASELINES));
    }

    static Counts counts() {
        return Counts.of(20, 1, 3, 1, 2, 4, 5, 6, 7);
    }

    static Completeness completeness(String trial, String visit, String instrument, Cohort cohort) {
        return new Completeness(trial, visit, instrument, cohort, counts(), AS_OF, 1);
    }

    static TrialSummary summary(String trial, Cohort cohort) {
        return new TrialSummary(
                trial,
                cohort,
                new Flow(
                        40,
                        6,
                        Map.of("SCREEN FAILURE", 6L),
                        34,
                        32,
                        30,
                        4,
                        1,
                        Map.of("ADVERSE EVENT", 3L, "DEATH", 1L)),
                new AdverseEvents(32, 8, 0.25, 12, 2, 1, 5, 2, 1, 150.5, 7.973421926910299),
                AS_OF,
                1);
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

package io.outcometracker.benchmarks.micro;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Topics;
import java.time.Instant;

/** The message that there is most of on the way out, with all that it can have. */
public class CohortMetricBenchmark extends JsonBenchmark<CohortMetric> {

    public CohortMetricBenchmark() {
        super(Topics.COHORT_METRICS, metric());
    }

    private static CohortMetric metric() {
        Interval interval = new Interval(3.6920984897373734, 4.807901510262627);
        Distribution distribution =
                new Distribution(22, 4.25, 1.2583057392117916, 0.26827168499432985, interval, 4.0, 3.5, 5.0, 3.0, 6.0);
        Proportion proportion =
                new Proportion(13, 22, 0.5909090909090909, new Interval(0.3873481847631513, 0.7674418380352814));
        ResponderRate rate = new ResponderRate(proportion, proportion);
        return new CohortMetric(
                "T1",
                "M4",
                "BPI_INT",
                Cohort.site("S01"),
                distribution,
                distribution,
                distribution,
                0L,
                new Responders(rate, rate, rate),
                false,
                null,
                Instant.parse("2026-03-01T12:00:02.500Z"),
                1);
    }
}

package io.outcometracker.benchmarks.scrape;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Completeness.Counts;
import io.outcometracker.contract.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** All that is published of cohorts at endpoints, with other numbers for each change. */
final class Figures {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

    private final List<Row> rows;

    private record Row(Endpoint endpoint, Cohort cohort) {}

    /** @param trials each has 25 endpoints, with 7 cohorts each, of which 59 series tell */
    Figures(int trials) {
        List<Cohort> cohorts = List.of(
                Cohort.ALL,
                Cohort.arm("BM-MSC"),
                Cohort.arm("USUAL-CARE"),
                Cohort.site("GRAZ"),
                Cohort.site("LUND"),
                Cohort.site("PORTO"),
                Cohort.site("TURKU"));
        rows = new ArrayList<>();
        for (String trial :
                IntStream.range(0, trials).mapToObj("SIM-CLBP-%02d"::formatted).toList()) {
            for (String visit : List.of("BASELINE", "WEEK-04", "MONTH-03", "MONTH-06", "MONTH-12")) {
                for (String instrument : List.of("NRS", "ODI", "PGIC", "SF36-PCS", "VAS_BACK_PAIN")) {
                    cohorts.forEach(it -> rows.add(new Row(new Endpoint(trial, visit, instrument), it)));
                }
            }
        }
    }

    int cohorts() {
        return rows.size();
    }

    /** @param change cohorts change in turn */
    CohortMetric metric(long change) {
        Row row = row(change);
        SplittableRandom random = new SplittableRandom(change);
        return new CohortMetric(
                row.endpoint.trial(),
                row.endpoint.visit(),
                row.endpoint.instrument(),
                row.cohort,
                distribution(random, 0),
                distribution(random, -5),
                null,
                null,
                new Responders(rate(random), rate(random), rate(random)),
                false,
                null,
                NOW,
                1);
    }

    private Row row(long change) {
        return rows.get((int) (change % rows.size()));
    }

    private static Distribution distribution(SplittableRandom random, int from) {
        double mean = from + random.nextDouble(10);
        double se = random.nextDouble(1);
        return new Distribution(
                random.nextLong(30, 1000),
                mean,
                random.nextDouble(3),
                se,
                new Interval(mean - 2 * se, mean + 2 * se),
                from + random.nextInt(20) / 2.0,
                (double) from + random.nextInt(4),
                (double) from + random.nextInt(4, 9),
                (double) from,
                from + 10.0);
    }

    private static ResponderRate rate(SplittableRandom random) {
        return new ResponderRate(proportion(random), proportion(random));
    }

    private static Proportion proportion(SplittableRandom random) {
        long n = random.nextLong(30, 1000);
        long k = random.nextLong(n);
        double rate = (double) k / n;
        return new Proportion(k, n, rate, new Interval(rate * random.nextDouble(), rate));
    }

    Completeness completeness(long change) {
        Row row = row(change);
        SplittableRandom random = new SplittableRandom(~change);
        long[] counts = random.longs(9, 1, 100).toArray();
        return new Completeness(
                row.endpoint.trial(),
                row.endpoint.visit(),
                row.endpoint.instrument(),
                row.cohort,
                Counts.of(
                        counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7],
                        counts[8]),
                NOW,
                1);
    }
}

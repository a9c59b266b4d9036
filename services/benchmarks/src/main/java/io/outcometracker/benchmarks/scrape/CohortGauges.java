package io.outcometracker.benchmarks.scrape;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Anchor: a Micrometer gauge for each number of each cohort, made when the cohort is first heard of, which looks the number up when it is
 * scraped. What metrics-service shows of a cohort in full; not what it leaves out of one.
 */
final class CohortGauges {
    private final MeterRegistry registry;
    private final Map<String, Latest<CohortMetric>> metrics = new HashMap<>();
    private final Map<String, Latest<Completeness>> completeness = new HashMap<>();
    private final Set<Endpoint> endpoints = new HashSet<>();

    CohortGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Written by one thread, read by another. */
    private static final class Latest<V> {
        private volatile @Nullable V value;

        double number(Function<V, @Nullable Number> number) {
            V current = value;
            Number it = current == null ? null : number.apply(current);
            return it == null ? Double.NaN : it.doubleValue();
        }
    }

    void metric(CohortMetric metric) {
        metrics.computeIfAbsent(metric.key(), any -> register(metric)).value = metric;
    }

    void completeness(Completeness news) {
        String key = CohortMetric.key(news.endpoint(), news.cohort());
        completeness.computeIfAbsent(key, any -> register(news)).value = news;
    }

    private Latest<CohortMetric> register(CohortMetric metric) {
        Latest<CohortMetric> latest = new Latest<>();
        Tags cohort = tags(metric.endpoint(), metric.cohort());
        scores("outcomes.cohort.", latest, CohortMetric::value, cohort);
        gauge("outcomes.cohort.q1", latest, of(CohortMetric::value, Distribution::q1), cohort);
        gauge("outcomes.cohort.q3", latest, of(CohortMetric::value, Distribution::q3), cohort);
        gauge("outcomes.cohort.min", latest, of(CohortMetric::value, Distribution::min), cohort);
        gauge("outcomes.cohort.max", latest, of(CohortMetric::value, Distribution::max), cohort);
        scores("outcomes.cohort.change.", latest, CohortMetric::change, cohort);
        responders(latest, Responders::thirtyPercent, cohort.and("threshold", "30"));
        responders(latest, Responders::fiftyPercent, cohort.and("threshold", "50"));
        responders(latest, Responders::mcid, cohort.and("threshold", "mcid"));
        if (endpoints.add(metric.endpoint())) {
            // Nothing is hidden here.
            Gauge.builder("outcomes.cohorts.suppressed", () -> 0)
                    .tags(tags(metric.endpoint()))
                    .register(registry);
            Gauge.builder("outcomes.figures.withheld", () -> 0)
                    .tags(tags(metric.endpoint()))
                    .register(registry);
        }
        return latest;
    }

    private void scores(
            String name,
            Latest<CohortMetric> latest,
            Function<CohortMetric, @Nullable Distribution> part,
            Tags cohort) {
        gauge(name + "n", latest, of(part, Distribution::n), cohort);
        gauge(name + "mean", latest, of(part, Distribution::mean), cohort);
        gauge(name + "sd", latest, of(part, Distribution::sd), cohort);
        gauge(name + "ci.low", latest, of(of(part, Distribution::ci), Interval::low), cohort);
        gauge(name + "ci.high", latest, of(of(part, Distribution::ci), Interval::high), cohort);
        gauge(name + "median", latest, of(part, Distribution::median), cohort);
    }

    private void responders(
            Latest<CohortMetric> latest, Function<Responders, @Nullable ResponderRate> threshold, Tags cohort) {
        Function<CohortMetric, @Nullable ResponderRate> rate = of(CohortMetric::responders, threshold);
        proportion(latest, of(rate, ResponderRate::observed), cohort.and("denominator", "observed"));
        proportion(latest, of(rate, ResponderRate::imputed), cohort.and("denominator", "imputed"));
    }

    private void proportion(
            Latest<CohortMetric> latest, Function<CohortMetric, @Nullable Proportion> part, Tags cohort) {
        gauge("outcomes.cohort.responders.ratio", latest, of(part, Proportion::rate), cohort);
        gauge("outcomes.cohort.responders.ratio.ci.low", latest, of(of(part, Proportion::ci), Interval::low), cohort);
        gauge("outcomes.cohort.responders.ratio.ci.high", latest, of(of(part, Proportion::ci), Interval::high), cohort);
        gauge("outcomes.cohort.responders.k", latest, of(part, Proportion::k), cohort);
        gauge("outcomes.cohort.responders.n", latest, of(part, Proportion::n), cohort);
    }

    private Latest<Completeness> register(Completeness news) {
        Latest<Completeness> latest = new Latest<>();
        Tags cohort = tags(news.endpoint(), news.cohort());
        completeness("randomised", latest, Counts::randomised, cohort);
        completeness("expected", latest, Counts::expected, cohort);
        completeness("received", latest, Counts::received, cohort);
        completeness("received.early", latest, Counts::receivedEarly, cohort);
        completeness("received.late", latest, Counts::receivedLate, cohort);
        completeness("missing", latest, Counts::missing, cohort);
        completeness("overdue", latest, Counts::overdue, cohort);
        completeness("missed", latest, Counts::missed, cohort);
        completeness("not.done", latest, Counts::notDone, cohort);
        completeness("due", latest, Counts::due, cohort);
        completeness("not.due", latest, Counts::notDue, cohort);
        completeness("not.expected", latest, Counts::notExpected, cohort);
        completeness("ratio", latest, Counts::completeness, cohort);
        return latest;
    }

    private void completeness(
            String name, Latest<Completeness> latest, Function<Counts, @Nullable Number> count, Tags cohort) {
        gauge("outcomes.completeness." + name, latest, it -> count.apply(it.counts()), cohort);
    }

    private <V> void gauge(String name, Latest<V> latest, Function<V, @Nullable Number> number, Tags tags) {
        Gauge.builder(name, latest, it -> it.number(number)).tags(tags).register(registry);
    }

    private static <A, B, C> Function<A, @Nullable C> of(
            Function<A, @Nullable B> part, Function<B, @Nullable C> figure) {
        return whole -> {
            B it = part.apply(whole);
            return it == null ? null : figure.apply(it);
        };
    }

    private static Tags tags(Endpoint endpoint) {
        return Tags.of(
                Tag.of("trial", endpoint.trial()),
                Tag.of("visit", endpoint.visit()),
                Tag.of("instrument", endpoint.instrument()));
    }

    private static Tags tags(Endpoint endpoint, Cohort cohort) {
        String value = cohort.value();
        return tags(endpoint).and("by", cohort.by(), "cohort", value == null ? cohort.by() : value);
    }
}

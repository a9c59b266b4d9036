package io.outcometracker.loader;

import static java.math.MathContext.DECIMAL128;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.GeometricMean;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.CohortMetric.Undefined;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the product should publish about a study, computed from the folder in one pass over plain lists of
 * decimals: on purpose another way than the product's, so that the two can be held against each other.
 */
final class Recomputation {
    private static final double CONFIDENCE_LIMIT = 0.975;
    private static final double Z = NormalDistribution.of(0, 1).inverseCumulativeProbability(CONFIDENCE_LIMIT);
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final Set<Enrolment.Status> NOT_ENROLLED =
            Set.of(Enrolment.Status.SCREENED, Enrolment.Status.EXCLUDED);

    private final Protocol protocol;
    private final LocalDate today;
    private final Map<String, EnrolmentRecord> enrolled;
    private final Map<Slot, FollowUpRecord> standing;

    private Recomputation(Study study, LocalDate today) {
        this.protocol = study.protocol();
        this.today = today;
        this.enrolled = study.enrolments().stream()
                .collect(toMap(EnrolmentRecord::participant, it -> it, (a, b) -> a.version() >= b.version() ? a : b));
        this.enrolled.values().removeIf(it -> NOT_ENROLLED.contains(it.status()));
        this.standing = new HashMap<>();
        for (FollowUpRecord record : StandingRecords.of(study.followUps())) {
            if (!assessedAfterWithdrawal(record)) {
                standing.putIfAbsent(new Slot(record.participant(), record.visit(), record.instrument()), record);
            }
        }
    }

    private record Slot(String participant, String visit, String instrument) {}

    /** One participant's score and, where there is one, baseline score. */
    private record Pair(BigDecimal value, @Nullable BigDecimal baseline) {}

    /**
     * All cohorts, whoever may see them.
     *
     * @param today decides which visits are over
     */
    static List<CohortMetric> of(Study study, LocalDate today) {
        Recomputation recomputation = new Recomputation(study, today);
        List<CohortMetric> metrics = new ArrayList<>();
        for (Endpoint endpoint : study.protocol().planned()) {
            recomputation
                    .cohorts()
                    .forEach((cohort, members) -> metrics.add(recomputation.metric(endpoint, cohort, members)));
        }
        return metrics;
    }

    private boolean assessedAfterWithdrawal(FollowUpRecord record) {
        EnrolmentRecord enrolment = enrolled.get(record.participant());
        return enrolment != null
                && enrolment.status() == Enrolment.Status.FOLLOW_UP_WITHDRAWN
                && enrolment.offStudyOn() != null
                && record.assessedOn() != null
                && record.assessedOn().isAfter(enrolment.offStudyOn());
    }

    private Map<Cohort, List<EnrolmentRecord>> cohorts() {
        Collection<EnrolmentRecord> all = enrolled.values();
        Map<Cohort, List<EnrolmentRecord>> cohorts = new TreeMap<>();
        cohorts.put(Cohort.ALL, List.copyOf(all));
        cohorts.putAll(all.stream().collect(groupingBy(it -> Cohort.site(it.site()))));
        cohorts.putAll(all.stream()
                .filter(it -> it.arm() != null)
                .collect(groupingBy(it -> Cohort.arm(Objects.requireNonNull(it.arm())))));
        for (String grouping : protocol.groupings()) {
            cohorts.putAll(all.stream()
                    .filter(it -> it.strata() != null && it.strata().containsKey(grouping))
                    .collect(groupingBy(it -> new Cohort(
                            grouping, Objects.requireNonNull(it.strata()).get(grouping)))));
        }
        return cohorts;
    }

    @SuppressWarnings(
            "NullAway") // it overlooks in class files that a nested type such as Completeness.Counts is nullable
    private CohortMetric metric(Endpoint endpoint, Cohort cohort, List<EnrolmentRecord> members) {
        Protocol.Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        Protocol.Instrument instrument =
                protocol.instrument(endpoint.instrument()).orElseThrow();
        boolean hasChange = instrument.measuresChange() && protocol.baseline().isPresent() && !visit.baseline();
        boolean hasPercent = hasChange && instrument.measuresPercentChange();

        List<Pair> pairs = new ArrayList<>();
        long outsideLimits = 0;
        long due = 0;
        for (EnrolmentRecord member : members) {
            FollowUpRecord record = standing.get(new Slot(member.participant(), visit.code(), instrument.code()));
            BigDecimal value = value(record, instrument);
            if (value != null) {
                pairs.add(new Pair(value, hasChange ? baseline(member, instrument) : null));
            }
            if (record != null && record.comparator() != null) {
                outsideLimits++;
            }
            if (record != null || isOver(visit, member)) {
                due++;
            }
        }
        List<Pair> paired = pairs.stream().filter(it -> it.baseline() != null).toList();
        List<Pair> aboveZero = paired.stream()
                .filter(it -> Objects.requireNonNull(it.baseline()).signum() > 0)
                .toList();
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                distribution(pairs.stream().map(Pair::value).toList()),
                hasChange
                        ? distribution(
                                paired.stream().map(Recomputation::change).toList())
                        : null,
                hasPercent
                        ? distribution(aboveZero.stream()
                                .map(Recomputation::percentChange)
                                .toList())
                        : null,
                hasPercent ? (long) (paired.size() - aboveZero.size()) : null,
                visit.baseline() ? null : responders(instrument, hasChange, hasPercent, pairs, paired, aboveZero, due),
                outsideLimits,
                instrument.logScale()
                        ? geometricMean(pairs.stream().map(Pair::value).toList())
                        : null,
                null,
                null,
                false,
                null,
                null,
                null,
                Instant.EPOCH,
                protocol.version());
    }

    /** The mean of the logarithms and its interval, taken back to the scale of the instrument. */
    private static GeometricMean geometricMean(List<BigDecimal> values) {
        if (values.isEmpty() || values.stream().anyMatch(it -> it.signum() <= 0)) {
            return new GeometricMean(
                    values.size(), null, null, values.isEmpty() ? Undefined.TOO_FEW : Undefined.NOT_POSITIVE);
        }
        Distribution logs = distribution(values.stream()
                .map(it -> new BigDecimal(Math.log(it.doubleValue())))
                .toList());
        Interval ci = logs.ci();
        return new GeometricMean(
                values.size(),
                Math.exp(Objects.requireNonNull(logs.mean())),
                ci == null ? null : new Interval(Math.exp(ci.low()), Math.exp(ci.high())),
                logs.undefined());
    }

    private @Nullable BigDecimal baseline(EnrolmentRecord member, Protocol.Instrument instrument) {
        return protocol.baseline()
                .map(it -> standing.get(new Slot(member.participant(), it.code(), instrument.code())))
                .map(it -> value(it, instrument))
                .orElse(null);
    }

    /** The number that counts; one below or above a limit of detection does not. */
    private static @Nullable BigDecimal value(@Nullable FollowUpRecord record, Protocol.Instrument instrument) {
        if (record == null
                || record.value() == null
                || record.comparator() != null
                || record.status() == FollowUp.Status.NOT_DONE) {
            return null;
        }
        Protocol.Rounding rounding = instrument.rounding();
        return rounding == null ? record.value() : record.value().setScale(instrument.decimals(), rounding.mode());
    }

    /** Whether nothing can come any more in time: the window is closed, or the participant left before its end. */
    private boolean isOver(Protocol.Visit visit, EnrolmentRecord member) {
        LocalDate day1 = member.day1();
        if (day1 == null) {
            return member.offStudyOn() != null;
        }
        LocalDate close = day1.plusDays(visit.windowClose() > 0 ? visit.windowClose() - 1 : visit.windowClose());
        return today.isAfter(close)
                || (member.offStudyOn() != null && !member.offStudyOn().isAfter(close));
    }

    private static BigDecimal change(Pair pair) {
        return pair.value().subtract(Objects.requireNonNull(pair.baseline()));
    }

    private static BigDecimal percentChange(Pair pair) {
        return HUNDRED.multiply(change(pair)).divide(Objects.requireNonNull(pair.baseline()), DECIMAL128);
    }

    private static Distribution distribution(List<BigDecimal> numbers) {
        int n = numbers.size();
        if (n == 0) {
            return new Distribution(0, null, null, null, null, null, null, null, null, null);
        }
        List<BigDecimal> sorted = numbers.stream().sorted().toList();
        BigDecimal count = BigDecimal.valueOf(n);
        BigDecimal mean = sum(numbers).divide(count, DECIMAL128);
        Double sd = null;
        Double se = null;
        Interval ci = null;
        if (n > 1) {
            BigDecimal variance = sum(numbers.stream()
                            .map(it -> it.subtract(mean).pow(2, DECIMAL128))
                            .toList())
                    .divide(BigDecimal.valueOf(n - 1), DECIMAL128);
            sd = variance.sqrt(DECIMAL128).doubleValue();
            se = variance.divide(count, DECIMAL128).sqrt(DECIMAL128).doubleValue();
            double margin = TDistribution.of(n - 1).inverseCumulativeProbability(CONFIDENCE_LIMIT) * se;
            ci = new Interval(mean.doubleValue() - margin, mean.doubleValue() + margin);
        }
        return new Distribution(
                n,
                mean.doubleValue(),
                sd,
                se,
                ci,
                quartile(sorted, 2),
                quartile(sorted, 1),
                quartile(sorted, 3),
                sorted.get(0).doubleValue(),
                sorted.get(n - 1).doubleValue());
    }

    private static BigDecimal sum(List<BigDecimal> numbers) {
        return numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** R's type 2: the number at the rank above n q/4, or midway to the next where n q/4 is itself a rank. */
    private static double quartile(List<BigDecimal> sorted, int q) {
        int quarters = sorted.size() * q;
        BigDecimal upper = sorted.get(quarters / 4);
        BigDecimal lower = quarters % 4 == 0 ? sorted.get(quarters / 4 - 1) : upper;
        return lower.add(upper).divide(BigDecimal.valueOf(2)).doubleValue();
    }

    private static Responders responders(
            Protocol.Instrument instrument,
            boolean hasChange,
            boolean hasPercent,
            List<Pair> scored,
            List<Pair> paired,
            List<Pair> aboveZero,
            long due) {
        return new Responders(
                hasPercent ? rate(aboveZero, improvedByPercent(instrument, BigDecimal.valueOf(30)), due) : null,
                hasPercent ? rate(aboveZero, improvedByPercent(instrument, BigDecimal.valueOf(50)), due) : null,
                mcidRate(instrument, hasChange, hasPercent, scored, paired, aboveZero, due));
    }

    private static @Nullable ResponderRate mcidRate(
            Protocol.Instrument instrument,
            boolean hasChange,
            boolean hasPercent,
            List<Pair> scored,
            List<Pair> paired,
            List<Pair> aboveZero,
            long due) {
        Protocol.Mcid mcid = instrument.mcid();
        if (mcid == null) {
            return null;
        }
        return switch (mcid.kind()) {
            case ABS ->
                hasChange ? rate(paired, it -> improvement(instrument, it).compareTo(mcid.value()) >= 0, due) : null;
            case PCT -> hasPercent ? rate(aboveZero, improvedByPercent(instrument, mcid.value()), due) : null;
            case VALUE_AT_MOST -> rate(scored, it -> it.value().compareTo(mcid.value()) <= 0, due);
        };
    }

    private static BigDecimal improvement(Protocol.Instrument instrument, Pair pair) {
        return instrument.higherIsWorse() ? change(pair).negate() : change(pair);
    }

    private static Predicate<Pair> improvedByPercent(Protocol.Instrument instrument, BigDecimal percent) {
        return it -> improvement(instrument, it)
                        .multiply(HUNDRED)
                        .compareTo(percent.multiply(Objects.requireNonNull(it.baseline())))
                >= 0;
    }

    private static ResponderRate rate(List<Pair> observed, Predicate<Pair> responds, long due) {
        long k = observed.stream().filter(responds).count();
        return new ResponderRate(proportion(k, observed.size()), proportion(k, due));
    }

    /** With Wilson's interval: the two p for which k lies just 1.96 standard errors from n p. */
    private static Proportion proportion(long k, long n) {
        if (n == 0) {
            return new Proportion(k, n, null, null);
        }
        double centre = k + Z * Z / 2;
        double margin = Z * Math.sqrt((double) k * (n - k) / n + Z * Z / 4);
        double scale = n + Z * Z;
        return new Proportion(k, n, (double) k / n, new Interval((centre - margin) / scale, (centre + margin) / scale));
    }
}

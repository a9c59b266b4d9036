package io.outcometracker.cohort.verify;

import static java.util.Objects.requireNonNull;

import io.outcometracker.cohort.tally.Disclosure;
import io.outcometracker.cohort.verify.LeastSquares.Pair;
import io.outcometracker.cohort.verify.Member.Status;
import io.outcometracker.cohort.verify.Shown.Figure;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.Arm;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.Protocol.Instrument;
import io.outcometracker.contract.Protocol.Mcid;
import io.outcometracker.contract.Protocol.Visit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The enrolled participants of a trial at one endpoint, and the numbers of each of their cohorts. */
final class BatchEndpoint {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal THIRTY = BigDecimal.valueOf(30);
    private static final BigDecimal FIFTY = BigDecimal.valueOf(50);

    private final Protocol protocol;
    private final Endpoint endpoint;
    private final List<Member> members;
    private final Instant asOf;
    private final @Nullable Map<String, List<Long>> upTo;
    private final Instrument instrument;
    /** Absent at the baseline visit, where nobody can have responded yet. */
    private final @Nullable Mcid mcid;

    private final boolean measuresChange;
    private final boolean measuresPercentChange;

    /** @param upTo which part of the log is in it; absent for all that there is */
    BatchEndpoint(
            Protocol protocol,
            Endpoint endpoint,
            List<Member> members,
            Instant asOf,
            @Nullable Map<String, List<Long>> upTo) {
        this.protocol = protocol;
        this.endpoint = endpoint;
        this.members = members;
        this.asOf = asOf;
        this.upTo = upTo;
        instrument = protocol.instrument(endpoint.instrument()).orElseThrow();
        Visit visit = protocol.visit(endpoint.visit()).orElseThrow();
        mcid = visit.baseline() ? null : instrument.mcid();
        measuresChange = instrument.measuresChange() && protocol.baseline().isPresent() && !visit.baseline();
        measuresPercentChange = measuresChange && instrument.measuresPercentChange();
    }

    List<Member> members() {
        return members;
    }

    /** Those that a participant is in, and all. */
    SortedSet<Cohort> cohorts() {
        SortedSet<Cohort> cohorts = new TreeSet<>();
        cohorts.add(Cohort.ALL);
        members.forEach(it -> cohorts.addAll(it.cohorts()));
        return cohorts;
    }

    private List<Member> of(Cohort cohort) {
        return members.stream().filter(it -> it.cohorts().contains(cohort)).toList();
    }

    boolean isPaired(Member member) {
        return measuresChange && member.score() != null && member.baseline() != null;
    }

    /** A baseline of zero or below is no measure of a change. */
    boolean hasPercentChange(Member member) {
        return measuresPercentChange
                && isPaired(member)
                && pair(member).baseline().signum() > 0;
    }

    boolean improvedBy30Percent(Member member) {
        return improvedByPercent(member, THIRTY);
    }

    boolean improvedBy50Percent(Member member) {
        return improvedByPercent(member, FIFTY);
    }

    private boolean improvedByPercent(Member member, BigDecimal least) {
        return hasPercentChange(member)
                && improvement(pair(member))
                                .multiply(HUNDRED)
                                .compareTo(least.multiply(pair(member).baseline()))
                        >= 0;
    }

    boolean reachedMcid(Member member) {
        if (mcid == null) {
            return false;
        }
        return switch (mcid.kind()) {
            case ABS -> isPaired(member) && improvement(pair(member)).compareTo(mcid.value()) >= 0;
            case PCT -> improvedByPercent(member, mcid.value());
            case VALUE_AT_MOST -> member.score() != null && member.score().compareTo(mcid.value()) <= 0;
        };
    }

    Mcid.@Nullable Kind mcidKind() {
        return mcid == null ? null : mcid.kind();
    }

    BigDecimal mcidValue() {
        return requireNonNull(mcid).value();
    }

    private static Pair pair(Member member) {
        return new Pair(requireNonNull(member.baseline()), requireNonNull(member.score()));
    }

    private static BigDecimal change(Pair pair) {
        return pair.score().subtract(pair.baseline());
    }

    private BigDecimal improvement(Pair pair) {
        return instrument.higherIsWorse() ? change(pair).negate() : change(pair);
    }

    private static List<Member> only(List<Member> in, Predicate<Member> which) {
        return in.stream().filter(which).toList();
    }

    private static Sample scores(List<Member> in) {
        return new Sample(only(in, Member::isScored).stream()
                .map(it -> requireNonNull(it.score()))
                .toList());
    }

    private List<Pair> pairs(List<Member> in) {
        return only(in, this::isPaired).stream().map(BatchEndpoint::pair).toList();
    }

    private Sample changes(List<Member> in) {
        return new Sample(pairs(in).stream().map(BatchEndpoint::change).toList());
    }

    private Sample percentChanges(List<Member> in) {
        return new Sample(only(in, this::hasPercentChange).stream()
                .map(BatchEndpoint::pair)
                .map(it -> change(it).multiply(HUNDRED).divide(it.baseline(), Sample.DIGITS))
                .toList());
    }

    boolean measuresChange() {
        return measuresChange;
    }

    /** What the audience is shown of each cohort that it may know. */
    List<CohortMetric> metrics(Audience audience, DisclosureRule rule, boolean armsKnown) {
        List<Cohort> known =
                cohorts().stream().filter(it -> audience.knows(it, armsKnown)).toList();
        Disclosure disclosure = new Disclosure(
                rule.threshold(),
                protocol.groupings(),
                members.stream().map(Member::cell).distinct().toList());
        Shown shown = new Shown(disclosure, rule.threshold(), known, this);
        return known.stream()
                .map(it -> shown.shows(Figure.NUMBER, it) ? metric(it, shown, audience) : suppressed(it))
                .toList();
    }

    private CohortMetric suppressed(Cohort cohort) {
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                true,
                "SMALL_CELL",
                null,
                upTo,
                asOf,
                protocol.version());
    }

    private CohortMetric metric(Cohort cohort, Shown shown, Audience audience) {
        List<Member> in = of(cohort);
        List<String> withheld = new ArrayList<>();
        Distribution value = scores(in).distribution();
        if (value.n() > 0 && !shown.shows(Figure.SCORES, cohort)) {
            withheld.addAll(List.of("mean", "sd", "se", "ci", "median", "q1", "q3", "min", "max"));
            value = new Distribution(value.n(), null, null, null, null, null, null, null, null, null, null);
        }
        Distribution change = measuresChange
                ? shown.unlessWithheld(
                        Figure.CHANGE, cohort, "change", changes(in).distribution(), withheld)
                : null;
        Distribution percentChange = null;
        Long nBaselineZero = null;
        if (measuresPercentChange) {
            Sample of = percentChanges(in);
            percentChange =
                    shown.unlessWithheld(Figure.PERCENT_CHANGE, cohort, "percentChange", of.distribution(), withheld);
            nBaselineZero = shown.unlessWithheld(
                    Figure.PERCENT_CHANGE,
                    cohort,
                    "nBaselineZero",
                    (long) pairs(in).size() - of.n(),
                    withheld);
        }
        Responders responders = responders(cohort, in, shown, withheld);
        Long nOutsideLimits = shown.unlessWithheld(
                Figure.OUTSIDE_LIMITS,
                cohort,
                "nOutsideLimits",
                (long) only(in, Member::outsideLimits).size(),
                withheld);
        ArmComparison versusControl = versusControl(cohort, shown, audience, withheld);
        return new CohortMetric(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                value,
                change,
                percentChange,
                nBaselineZero,
                responders,
                nOutsideLimits,
                instrument.logScale() ? scores(in).geometricMean() : null,
                versusControl,
                audience == Audience.UNBLINDED ? counts(in) : null,
                false,
                null,
                withheld,
                upTo,
                asOf,
                protocol.version());
    }

    private @Nullable Responders responders(Cohort cohort, List<Member> in, Shown shown, List<String> withheld) {
        ResponderRate thirtyPercent = null;
        ResponderRate fiftyPercent = null;
        if (measuresPercentChange) {
            List<Member> evaluable = only(in, this::hasPercentChange);
            thirtyPercent =
                    rate(Figure.RESPONDERS_30, "30", cohort, in, evaluable, this::improvedBy30Percent, shown, withheld);
            fiftyPercent =
                    rate(Figure.RESPONDERS_50, "50", cohort, in, evaluable, this::improvedBy50Percent, shown, withheld);
        }
        Predicate<Member> evaluable = evaluableByMcid();
        ResponderRate ofMcid = evaluable == null
                ? null
                : rate(
                        Figure.RESPONDERS_MCID,
                        "mcid",
                        cohort,
                        in,
                        only(in, evaluable),
                        this::reachedMcid,
                        shown,
                        withheld);
        return thirtyPercent == null && fiftyPercent == null && ofMcid == null
                ? null
                : new Responders(thirtyPercent, fiftyPercent, ofMcid);
    }

    private @Nullable Predicate<Member> evaluableByMcid() {
        Mcid.Kind kind = mcidKind();
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case ABS -> measuresChange ? this::isPaired : null;
            case PCT -> measuresPercentChange ? this::hasPercentChange : null;
            case VALUE_AT_MOST -> Member::isScored;
        };
    }

    private static @Nullable ResponderRate rate(
            Figure figure,
            String name,
            Cohort cohort,
            List<Member> in,
            List<Member> evaluable,
            Predicate<Member> responded,
            Shown shown,
            List<String> withheld) {
        String path = "responders." + name;
        long k = only(evaluable, responded).size();
        long due = only(in, Member::assessable).size();
        if (shown.unlessWithheld(figure, cohort, path, k, withheld) == null) {
            return null;
        }
        return new ResponderRate(
                Sample.proportion(k, evaluable.size()),
                shown.unlessWithheld(
                        Figure.DENOMINATOR, cohort, path + ".imputed", Sample.proportion(k, due), withheld));
    }

    private @Nullable ArmComparison versusControl(
            Cohort cohort, Shown shown, Audience audience, List<String> withheld) {
        Cohort control = protocol.arms().stream()
                .filter(Arm::control)
                .map(it -> Cohort.arm(it.code()))
                .findFirst()
                .orElse(null);
        boolean isArm =
                protocol.arms().stream().anyMatch(it -> Cohort.arm(it.code()).equals(cohort));
        if (control == null || !isArm || cohort.equals(control)) {
            return null;
        }
        if (!shown.shows(Figure.NUMBER, control)) {
            withheld.add("versusControl");
            return null;
        }
        List<Member> ofActive = of(cohort);
        List<Member> ofControl = of(control);
        boolean p = audience == Audience.UNBLINDED && protocol.pValues();
        String code = requireNonNull(control.value());
        if (!measuresChange) {
            return new ArmComparison(code, ArmDifference.of(scores(ofActive), scores(ofControl), p), null, null);
        }
        boolean value = shown.shows(Figure.SCORES, cohort);
        if (!value) {
            withheld.add("versusControl.value");
        }
        boolean change = shown.shows(Figure.CHANGE, cohort) && shown.shows(Figure.CHANGE, control);
        boolean ancova =
                value && protocol.arms().stream().allMatch(it -> shown.shows(Figure.CHANGE, Cohort.arm(it.code())));
        if (!change) {
            withheld.add("versusControl.change");
        }
        if (!ancova) {
            withheld.add("versusControl.ancova");
        }
        return new ArmComparison(
                code,
                value ? ArmDifference.of(scores(ofActive), scores(ofControl), p) : null,
                change ? ArmDifference.of(changes(ofActive), changes(ofControl), p) : null,
                ancova ? new LeastSquares(pairsByArm()).ancova(requireNonNull(cohort.value()), code, p) : null);
    }

    private SortedMap<String, List<Pair>> pairsByArm() {
        SortedMap<String, List<Pair>> byArm = new TreeMap<>();
        for (Arm arm : protocol.arms()) {
            List<Pair> pairs = pairs(of(Cohort.arm(arm.code())));
            if (!pairs.isEmpty()) {
                byArm.put(arm.code(), pairs);
            }
        }
        return byArm;
    }

    Completeness completeness(Cohort cohort) {
        return new Completeness(
                endpoint.trial(),
                endpoint.visit(),
                endpoint.instrument(),
                cohort,
                counts(of(cohort)),
                asOf,
                protocol.version());
    }

    private static Completeness.Counts counts(List<Member> in) {
        long early = count(in, Status.RECEIVED_EARLY);
        long late = count(in, Status.RECEIVED_LATE);
        long received = count(in, Status.RECEIVED_IN_WINDOW) + early + late;
        long missing = count(in, Status.NOT_DONE) + count(in, Status.MISSED) + count(in, Status.OVERDUE);
        return new Completeness.Counts(
                count(in, Status.RECEIVED_IN_WINDOW),
                early,
                late,
                count(in, Status.NOT_DONE),
                count(in, Status.NOT_EXPECTED),
                count(in, Status.NOT_DUE),
                count(in, Status.DUE),
                count(in, Status.MISSED),
                count(in, Status.OVERDUE),
                in.size(),
                received,
                received + missing,
                missing,
                ratio(received, received + missing),
                ratio(received, in.size()),
                ratio(early + late, received));
    }

    private static long count(List<Member> in, Status status) {
        return only(in, it -> it.status() == status).size();
    }

    static @Nullable Double ratio(long part, long whole) {
        return whole == 0 ? null : (double) part / whole;
    }
}

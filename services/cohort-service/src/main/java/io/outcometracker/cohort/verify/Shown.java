package io.outcometracker.cohort.verify;

import io.outcometracker.cohort.tally.Cell;
import io.outcometracker.cohort.tally.Disclosure;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.Protocol.Mcid;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which figures an audience is shown of which cohorts: the rule of small cells, applied to counts of participants one
 * by one. Figures are parts of one another, in the order in which the published metrics take them: with a score, with a
 * change, with a percent change, improved by so many percent.
 */
final class Shown {
    /** Figures that are shown or withheld together. */
    enum Figure {
        NUMBER,
        SCORES,
        OUTSIDE_LIMITS,
        DENOMINATOR,
        CHANGE,
        PERCENT_CHANGE,
        RESPONDERS_30,
        RESPONDERS_50,
        RESPONDERS_MCID
    }

    /** Who is counted in a figure, and of which cohorts it is shown. */
    private record Step(Predicate<Member> includes, Set<Cohort> cohorts) {}

    private final Disclosure disclosure;
    private final Collection<Cohort> known;
    private final BatchEndpoint endpoint;
    private final Map<Cell, List<Member>> members;
    private final Map<Figure, Set<Cohort>> cohorts = new EnumMap<>(Figure.class);

    Shown(Disclosure disclosure, int threshold, Collection<Cohort> known, BatchEndpoint endpoint) {
        this.disclosure = disclosure;
        this.known = known;
        this.endpoint = endpoint;
        members = endpoint.members().stream().collect(Collectors.groupingBy(Member::cell));
        Step scores = new Step(Member::isScored, show(Figure.NUMBER, known, List.of(Member::isScored)));
        // Where few are protected, a visit shows changes or scores, never both: they would tell of who missed it.
        cohorts.put(Figure.SCORES, endpoint.measuresChange() && threshold > 1 ? Set.of() : scores.cohorts);
        showMissing(scores);
        showParts(scores);
    }

    /** Also of a cohort in which there is nobody. */
    boolean shows(Figure figure, Cohort cohort) {
        return !known.contains(cohort) || cohorts.getOrDefault(figure, Set.of()).contains(cohort);
    }

    /** The value, or nothing and its path among those withheld. */
    <T> @Nullable T unlessWithheld(Figure figure, Cohort cohort, String path, T value, List<String> withheld) {
        if (shows(figure, cohort)) {
            return value;
        }
        withheld.add(path);
        return null;
    }

    private Set<Cohort> show(Figure figure, Collection<Cohort> candidates, List<Predicate<Member>> parts) {
        Set<Cohort> shown = disclosure.shown(
                candidates,
                cells -> parts.stream().mapToLong(it -> count(cells, it)).toArray());
        cohorts.put(figure, shown);
        return shown;
    }

    private long count(List<Cell> cells, Predicate<Member> which) {
        return of(cells).stream().filter(which).count();
    }

    private List<Member> of(List<Cell> cells) {
        return cells.stream()
                .flatMap(it -> members.getOrDefault(it, List.of()).stream())
                .toList();
    }

    /** Those without a score who were due, apart from those outside limits where these are told. */
    private void showMissing(Step scores) {
        Set<Cohort> outside = show(Figure.OUTSIDE_LIMITS, scores.cohorts, List.of(Member::outsideLimits));
        Predicate<Member> missing = it -> it.assessable() && !it.isScored();
        if (outside.isEmpty()) {
            show(Figure.DENOMINATOR, scores.cohorts, List.of(missing));
        } else {
            show(Figure.DENOMINATOR, outside, List.of(it -> missing.test(it) && !it.outsideLimits()));
        }
    }

    private void showParts(Step scores) {
        Step change = show(Figure.CHANGE, scores, endpoint::isPaired);
        Step percentChange = show(Figure.PERCENT_CHANGE, change, endpoint::hasPercentChange);
        List<Step> steps = new ArrayList<>(List.of(scores, change, percentChange));
        steps.removeIf(it -> it.cohorts.isEmpty());
        if (!percentChange.cohorts.isEmpty()) {
            thresholds()
                    .forEach((percent, figures) -> figures.forEach((figure, reached) -> {
                        Step responders = show(figure, steps.get(steps.size() - 1), reached);
                        if (!responders.cohorts.isEmpty()) {
                            steps.add(responders);
                        }
                    }));
        }
        if (endpoint.mcidKind() == Mcid.Kind.ABS && !change.cohorts.isEmpty()) {
            showMcid(change, steps);
        } else if (endpoint.mcidKind() == Mcid.Kind.VALUE_AT_MOST && !scores.cohorts.isEmpty()) {
            showMcid(scores, steps);
        }
    }

    /** A part of a whole, and the rest. */
    private Step show(Figure figure, Step whole, Predicate<Member> part) {
        return new Step(
                part, show(figure, whole.cohorts, List.of(part, it -> whole.includes.test(it) && !part.test(it))));
    }

    /** From the least demanding on. */
    private Map<BigDecimal, Map<Figure, Predicate<Member>>> thresholds() {
        Map<BigDecimal, Map<Figure, Predicate<Member>>> thresholds = new TreeMap<>();
        thresholds
                .computeIfAbsent(BigDecimal.valueOf(30), it -> new EnumMap<>(Figure.class))
                .put(Figure.RESPONDERS_30, endpoint::improvedBy30Percent);
        thresholds
                .computeIfAbsent(BigDecimal.valueOf(50), it -> new EnumMap<>(Figure.class))
                .put(Figure.RESPONDERS_50, endpoint::improvedBy50Percent);
        if (endpoint.mcidKind() == Mcid.Kind.PCT) {
            thresholds
                    .computeIfAbsent(endpoint.mcidValue(), it -> new EnumMap<>(Figure.class))
                    .put(Figure.RESPONDERS_MCID, endpoint::reachedMcid);
        }
        return thresholds;
    }

    /** Of a threshold that is not in percent: also apart from the steps that it divides. */
    private void showMcid(Step whole, List<Step> steps) {
        Set<Cohort> candidates = steps.get(steps.size() - 1).cohorts;
        cohorts.put(Figure.RESPONDERS_MCID, disclosure.shown(candidates, cells -> {
            Predicate<Member> reached = endpoint::reachedMcid;
            Predicate<Member> divided = divided(of(cells), steps);
            return new long[] {
                count(cells, reached),
                count(cells, it -> whole.includes.test(it) && !reached.test(it)),
                count(cells, divided.and(reached)),
                count(cells, divided.and(reached.negate()))
            };
        }));
    }

    /** Who is on a step on which some reached the threshold and some did not. */
    private Predicate<Member> divided(List<Member> in, List<Step> steps) {
        Map<Long, Set<Boolean>> byDepth = in.stream()
                .collect(Collectors.groupingBy(
                        it -> depth(it, steps), Collectors.mapping(endpoint::reachedMcid, Collectors.toSet())));
        return it -> depth(it, steps) > 0
                && byDepth.getOrDefault(depth(it, steps), Set.of()).size() > 1;
    }

    private static long depth(Member member, List<Step> steps) {
        return steps.stream().filter(it -> it.includes.test(member)).count();
    }
}

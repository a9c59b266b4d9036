package io.outcometracker.cohort.tally;

import io.outcometracker.contract.Cohort;
import io.outcometracker.statistics.Mcid;
import io.outcometracker.statistics.Scoring;
import io.outcometracker.statistics.Standing;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Which figures of which cohorts of an endpoint are shown.
 *
 * <p>Figures are parts of one another, and the {@link Disclosure} takes them in this order: of who has a score, those
 * with a baseline; of these, those with a percent change; of these, those who improved by 30 %, by 50 %, and by what
 * matters to a patient where that is in percent too. Where a step on the way is shown for no cohort, the next is compared
 * with the one before.
 *
 * <p>Where anything is hidden at all, a visit with changes from baseline shows these, and not the scores that they are
 * changes to. Mean change, mean score and the mean at baseline would give the mean baseline of who missed the visit,
 * however few. That no count of one endpoint can tell, and counts at different times still less. Without the scores
 * nothing follows: whoever is in a sum of changes brings a score into it that is in no other sum, so that figures of
 * several endpoints added and subtracted either have all of a class of the visit or nobody of it.
 */
final class ShownFigures {
    /** Figures that are shown or withheld together. */
    enum Layer {
        /** How many have a score, and everything else of those who do. */
        VALUE,
        /** Location and spread of the scores. */
        SCORES,
        OUTSIDE_LIMITS,
        /** Everyone whose score was due. */
        DENOMINATOR,
        CHANGE,
        PERCENT_CHANGE,
        RESPONDERS_30,
        RESPONDERS_50,
        RESPONDERS_MCID
    }

    private record Whole(Set<Cohort> cohorts, Predicate<Standing> includes) {}

    private record Percent(Layer layer, BigDecimal threshold, Predicate<Standing> includes) {}

    private final Disclosure disclosure;
    private final Set<Cohort> candidates;
    private final Map<Cell, Group> cells;
    private final Scoring scoring;
    private final Map<Layer, Set<Cohort>> shown = new EnumMap<>(Layer.class);

    ShownFigures(Disclosure disclosure, Set<Cohort> candidates, Map<Cell, Group> cells, Scoring scoring) {
        this.disclosure = disclosure;
        this.candidates = candidates;
        this.cells = cells;
        this.scoring = scoring;
        shown.put(Layer.VALUE, disclosure.shown(candidates, it -> new long[] {count(it, standing -> true)}));
        boolean changesInstead = scoring.hasBaseline() && disclosure.hidesSmall();
        shown.put(Layer.SCORES, changesInstead ? Set.of() : shows(Layer.VALUE));
        showMissing();
        showScores();
    }

    /** Also of a cohort in which there is nobody. */
    boolean shows(Layer layer, Cohort cohort) {
        return shows(layer).contains(cohort) || !candidates.contains(cohort);
    }

    private Set<Cohort> shows(Layer layer) {
        return shown.getOrDefault(layer, new TreeSet<>());
    }

    /** The cells of each class into which the cohorts that show the layer cut the participants. */
    Collection<List<Cell>> classes(Layer layer) {
        return shows(layer).isEmpty() ? List.of() : disclosure.classes(shows(layer));
    }

    private void showMissing() {
        Set<Cohort> outside = disclosure.shown(shows(Layer.VALUE), it -> new long[] {sum(it, Group::outsideLimits)});
        shown.put(Layer.OUTSIDE_LIMITS, outside);
        boolean outsideIsKnown = !outside.isEmpty();
        shown.put(Layer.DENOMINATOR, disclosure.shown(outsideIsKnown ? outside : shows(Layer.VALUE), it ->
                new long[] {sum(it, group -> group.withoutScore() - (outsideIsKnown ? group.outsideLimits() : 0))}));
    }

    private void showScores() {
        Whole value = new Whole(shows(Layer.VALUE), it -> true);
        Whole change = show(Layer.CHANGE, value, Standing::paired);
        Whole percentChange = show(Layer.PERCENT_CHANGE, change, Standing::pairedAboveZero);
        List<Whole> steps = new ArrayList<>(List.of(value, change, percentChange));
        steps.removeIf(it -> it.cohorts.isEmpty());
        if (!percentChange.cohorts.isEmpty()) {
            for (Percent percent : percents()) {
                Whole responders = show(percent.layer, steps.get(steps.size() - 1), percent.includes);
                if (!responders.cohorts.isEmpty()) {
                    steps.add(responders);
                }
            }
        }
        Mcid mcid = scoring.mcid();
        if (mcid != null && mcid.kind() == Mcid.Kind.ABSOLUTE && !change.cohorts.isEmpty()) {
            showMcid(change, steps);
        } else if (mcid != null && mcid.kind() == Mcid.Kind.VALUE_AT_MOST && !value.cohorts.isEmpty()) {
            showMcid(value, steps);
        }
    }

    /** A part of a whole and the rest of it. */
    private Whole show(Layer layer, Whole whole, Predicate<Standing> includes) {
        Set<Cohort> cohorts = disclosure.shown(whole.cohorts, it -> {
            long part = count(it, includes);
            return new long[] {part, count(it, whole.includes) - part};
        });
        shown.put(layer, cohorts);
        return new Whole(cohorts, includes);
    }

    /** The least demanding first, since it includes the others. */
    private List<Percent> percents() {
        List<Percent> percents = new ArrayList<>(List.of(
                new Percent(Layer.RESPONDERS_30, BigDecimal.valueOf(30), Standing::responder30),
                new Percent(Layer.RESPONDERS_50, BigDecimal.valueOf(50), Standing::responder50)));
        Mcid mcid = scoring.mcid();
        if (mcid != null && mcid.kind() == Mcid.Kind.PERCENT) {
            percents.add(new Percent(Layer.RESPONDERS_MCID, mcid.value(), Standing::responderMcid));
        }
        percents.sort(Comparator.comparing(Percent::threshold));
        return percents;
    }

    /**
     * A threshold that is not in percent lies across the steps. Where it leaves a step in two, nobody can take apart more
     * than all these steps together; where it does not, the step may be added or taken away as a whole: improved by 30 %
     * but not by what matters, say, if everyone with the latter has the former.
     */
    private void showMcid(Whole whole, List<Whole> steps) {
        Whole last = steps.get(steps.size() - 1);
        shown.put(Layer.RESPONDERS_MCID, disclosure.shown(last.cohorts, it -> {
            long[] with = new long[steps.size() + 1];
            long[] without = new long[steps.size() + 1];
            standings(it).forEach((standing, count) -> {
                int depth = (int) steps.stream()
                        .filter(step -> step.includes.test(standing))
                        .count();
                (standing.responderMcid() ? with : without)[depth] += count;
            });
            long part = count(it, Standing::responderMcid);
            long dividedWith = 0;
            long dividedWithout = 0;
            for (int depth = 0; depth < with.length; depth++) {
                if (with[depth] > 0 && without[depth] > 0) {
                    dividedWith += with[depth];
                    dividedWithout += without[depth];
                }
            }
            return new long[] {part, count(it, whole.includes) - part, dividedWith, dividedWithout};
        }));
    }

    private long count(Collection<Cell> of, Predicate<Standing> which) {
        return standings(of).entrySet().stream()
                .filter(it -> which.test(it.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Map<Standing, Long> standings(Collection<Cell> of) {
        Map<Standing, Long> sums = new HashMap<>();
        of.forEach(cell -> group(cell).scored().forEach((standing, count) -> sums.merge(standing, count, Long::sum)));
        return sums;
    }

    private long sum(Collection<Cell> of, ToLongFunction<Group> number) {
        return of.stream().mapToLong(it -> number.applyAsLong(group(it))).sum();
    }

    private Group group(Cell cell) {
        return cells.getOrDefault(cell, new Group());
    }
}

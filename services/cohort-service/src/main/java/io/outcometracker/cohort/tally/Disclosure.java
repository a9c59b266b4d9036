package io.outcometracker.cohort.tally;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.outcometracker.contract.Cohort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * The rule of small cells: of no group of 1 to threshold - 1 participants may anything be learned, neither from a figure
 * nor by adding and subtracting figures.
 *
 * <h2>Classes</h2>
 *
 * The cohorts that are shown cut the participants into classes: two participants are in the same class if they are in
 * the same shown cohorts. Cohorts of a grouping that are not shown fall together, and with them whoever is in no cohort
 * of it. With arms A and B and sites 1, 2 and 3, of which 3 is hidden, the classes are A1, A2, A-rest, B1, B2 and B-rest.
 * The rule is: <em>every class is empty or has at least threshold participants</em>.
 *
 * <h2>Why that is enough</h2>
 *
 * Whatever is published of a cohort, be it a count or a sum, adds up over its participants. Adding and subtracting
 * published figures gives each participant a weight, which is the same for all participants of a class, as they are in
 * the same published figures. If the outcome is the figure of some group of participants, weights are 1 for who is in it
 * and 0 for who is not; so the group is a union of classes, and a union of classes that each are empty or large is empty
 * or large itself. There is no need to search for combinations that tell something, hence nothing that a search could
 * miss: tables of any number of groupings, the difference of two of them, and the remainder of a total that is left by
 * hidden cohorts are all covered. The price is that some cohorts are hidden that no combination would reveal.
 *
 * <h2>Parts</h2>
 *
 * A figure may be about a part of a cohort: who has a baseline, who responded. A part is published for cohorts of which
 * the whole is published, and then both the part and the rest of the whole must be empty or large, in each class that
 * the cohorts for which <em>the part</em> is published cut. The argument is the same. A participant's weight is now the
 * sum of a weight from the whole and, in the part, one from the part. Where the part's weight is 0, the group takes the
 * participants of a class of the part all in the way that the whole has them: a union of classes of the whole. Where it
 * is 1 or -1, the weights from the whole must all be equal in the class of the part, or someone's weight would be neither
 * 0 nor 1, so the group has exactly the part or exactly the rest of that class. A part of a part goes the same way, as
 * long as it is published for no cohort for which the part is not: {@link #shown} takes these as its candidates.
 *
 * <h2>What is hidden</h2>
 *
 * Groupings join one by one: first the whole trial, then arms, sites and the strata of the protocol. While a class is too
 * small, the cohort of the joining grouping that the class lies in is hidden; if the class lies in the rest, the smallest
 * shown cohort of the grouping is. The rest then grows by a cohort, and with every cohort of a grouping hidden, the
 * classes are those of before, which were large. If the whole trial is too small, nothing is shown.
 *
 * <h2>What the rule does not do</h2>
 *
 * It does not hide that a hidden cohort has somebody in it, and bounds remain: a hidden cohort is not larger than the
 * total less the shown ones. Who knows from elsewhere that everybody of a class is in a part can take the class out of
 * a part that is published only for a larger one. The rule does not bring together figures of different endpoints, for
 * which see {@link ShownFigures}, and knows nothing of the time between two publications: see
 * {@link EndpointTally#mayReplace}.
 */
public final class Disclosure {
    private static final Comparator<Cell> BY_SITE_ARM_STRATA = comparing(Cell::site)
            .thenComparing(Cell::arm, nullsFirst(naturalOrder()))
            .thenComparing(cell -> cell.strata().toString());

    private final int threshold;
    private final List<String> groupings = new ArrayList<>(List.of(Cohort.ARM, Cohort.SITE));
    private final Map<Cell, List<Cohort>> cohortsByCell = new LinkedHashMap<>();

    /**
     * @param threshold fewest participants, other than none, of whom something may be told; 1 hides nothing
     * @param strata groupings besides arm and site, the most wanted first
     * @param cells all that there are
     */
    public Disclosure(int threshold, List<String> strata, Collection<Cell> cells) {
        this.threshold = threshold;
        groupings.addAll(strata);
        // In one order, so that equal counts are always cut alike.
        cells.stream().sorted(BY_SITE_ARM_STRATA).forEach(cell -> cohortsByCell.put(cell, cell.cohorts(strata)));
    }

    /** Whether there is anything to hide: some figures are withheld for that alone. */
    boolean hidesSmall() {
        return threshold > 1;
    }

    /** How many participants some cells have together, by the parts into which they are divided. */
    @FunctionalInterface
    public interface Parts {
        long[] of(List<Cell> cells);
    }

    /**
     * As many of the candidates as can be shown together.
     *
     * @param candidates cohorts that the audience may know; none is shown unless the whole trial is among them
     * @param parts each of which must be empty or large in every class
     */
    public Set<Cohort> shown(Collection<Cohort> candidates, Parts parts) {
        Set<Cohort> shown = new TreeSet<>();
        if (!hidesSmall()) {
            shown.addAll(candidates);
            return shown;
        }
        if (!candidates.contains(Cohort.ALL) || isSmall(parts.of(List.copyOf(cohortsByCell.keySet())))) {
            return shown;
        }
        shown.add(Cohort.ALL);
        for (String grouping : groupings) {
            candidates.stream().filter(it -> it.by().equals(grouping)).forEach(shown::add);
            for (Optional<Cohort> small = tooSmall(grouping, shown, parts);
                    small.isPresent();
                    small = tooSmall(grouping, shown, parts)) {
                shown.remove(small.get());
            }
        }
        return shown;
    }

    /** The cohort to hide next, if one has to be. */
    private Optional<Cohort> tooSmall(String grouping, Set<Cohort> shown, Parts parts) {
        for (Map.Entry<List<Cohort>, List<Cell>> it : cut(shown).entrySet()) {
            if (isSmall(parts.of(it.getValue()))) {
                return Optional.of(it.getKey().stream()
                        .filter(cohort -> cohort.by().equals(grouping))
                        .findFirst()
                        .orElseGet(() -> smallest(grouping, shown, parts)));
            }
        }
        return Optional.empty();
    }

    /** Empty ones last: a rest to which nobody is added stays as small as it is. */
    private Cohort smallest(String grouping, Set<Cohort> shown, Parts parts) {
        return shown.stream()
                .filter(it -> it.by().equals(grouping))
                .min(comparing((Cohort it) -> size(it, parts) == 0).thenComparing(it -> size(it, parts)))
                .orElseThrow();
    }

    private long size(Cohort cohort, Parts parts) {
        List<Cell> cells = cohortsByCell.entrySet().stream()
                .filter(it -> it.getValue().contains(cohort))
                .map(Map.Entry::getKey)
                .toList();
        return LongStream.of(parts.of(cells)).sum();
    }

    private boolean isSmall(long[] counts) {
        return LongStream.of(counts).anyMatch(count -> 0 < count && count < threshold);
    }

    /** The cells of each class. */
    Collection<List<Cell>> classes(Collection<Cohort> shown) {
        return cut(shown).values();
    }

    private Map<List<Cohort>, List<Cell>> cut(Collection<Cohort> shown) {
        Map<List<Cohort>, List<Cell>> classes = new LinkedHashMap<>();
        cohortsByCell.forEach((cell, cohorts) -> classes.computeIfAbsent(
                        cohorts.stream().filter(shown::contains).toList(), it -> new ArrayList<>())
                .add(cell));
        return classes;
    }
}

package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.Cohort;
import io.outcometracker.testkit.SeededTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DisclosureTest {
    private static final List<String> STRATA = List.of("sex");

    private final Map<Cell, Long> table = new LinkedHashMap<>();

    private static Cell cell(String site, @Nullable String arm, @Nullable String sex) {
        return new Cell(site, arm, new TreeMap<>(sex == null ? Map.of() : Map.of("sex", sex)));
    }

    private static Set<Cohort> candidates(Map<Cell, Long> table) {
        Set<Cohort> cohorts = new TreeSet<>(Set.of(Cohort.ALL));
        table.keySet().forEach(cell -> cohorts.addAll(cell.cohorts(STRATA)));
        return cohorts;
    }

    private static Set<Cohort> shown(int threshold, Map<Cell, Long> table) {
        return new Disclosure(threshold, STRATA, table.keySet()).shown(candidates(table), cells ->
                new long[] {cells.stream().mapToLong(table::get).sum()});
    }

    private Set<Cohort> shown(int threshold) {
        return shown(threshold, table);
    }

    private static long smallestGroup(Set<Cohort> published, Map<Cell, Long> table) {
        Adversary adversary = new Adversary();
        table.forEach((cell, count) -> {
            List<Cohort> cohorts = cell.cohorts(STRATA);
            if (count > 0) {
                adversary.add(published.stream().map(cohorts::contains).toList(), count);
            }
        });
        return adversary.smallestGroup();
    }

    private static Map<Cell, Long> randomTable(Random random) {
        Map<Cell, Long> table = new LinkedHashMap<>();
        int sites = 1 + random.nextInt(3);
        int arms = random.nextInt(3);
        int strata = random.nextInt(3);
        for (int site = 0; site < sites; site++) {
            for (int arm = 0; arm <= arms; arm++) {
                for (int sex = 0; sex <= strata; sex++) {
                    // The last of each is nobody's, which few are.
                    int most = (arm == arms && arms > 0) || (sex == strata && strata > 0) ? 3 : 10;
                    table.put(cell("S" + site, arm == arms ? null : "A" + arm, sex == strata ? null : "X" + sex), (long)
                            random.nextInt(most));
                }
            }
        }
        return table;
    }

    @SeededTest
    void nothingThatCanBeAddedAndSubtractedTellsOfTooFew(long seed) {
        Random random = new Random(seed);
        int hidden = 0;
        int shown = 0;
        int told = 0;
        for (int run = 0; run < 60; run++) {
            Map<Cell, Long> table = randomTable(random);
            int threshold = 2 + random.nextInt(10);
            Set<Cohort> published = shown(threshold, table);

            assertThat(smallestGroup(published, table))
                    .as("threshold %d, shown %s of %s", threshold, published, table)
                    .isGreaterThanOrEqualTo(threshold);

            shown += published.size();
            hidden += candidates(table).size() - published.size();
            told += smallestGroup(candidates(table), table) < threshold ? 1 : 0;
        }
        // The adversary would find something if all were shown, and hiding everything is not the way to stop it.
        assertThat(told).isPositive();
        assertThat(hidden).isPositive();
        assertThat(shown).isGreaterThan(60);
    }

    @SeededTest
    void hidesNothingWhereEveryCellIsLargeOrEmpty(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            Map<Cell, Long> table = randomTable(random);
            int threshold = 2 + random.nextInt(10);
            table.replaceAll((cell, count) -> count == 0 ? 0 : count + threshold - 1);

            assertThat(shown(threshold, table)).isEqualTo(candidates(table));
        }
    }

    @SeededTest
    void aThresholdOfOneHidesNothing(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            Map<Cell, Long> table = randomTable(random);

            assertThat(shown(1, table)).isEqualTo(candidates(table));
        }
    }

    /** Equal counts are always published alike, in whatever order they were counted. */
    @SeededTest
    void doesNotDependOnTheOrderOfCells(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            Map<Cell, Long> table = randomTable(random);
            List<Cell> shuffled = new ArrayList<>(table.keySet());
            Collections.shuffle(shuffled, random);
            Map<Cell, Long> other = new LinkedHashMap<>();
            shuffled.forEach(cell -> other.put(cell, table.get(cell)));

            assertThat(shown(5, other)).isEqualTo(shown(5, table));
        }
    }

    @Test
    void showsNothingOfATrialThatIsTooSmall() {
        table.put(cell("S1", "ACT", null), 4L);
        table.put(cell("S2", "ACT", null), 0L);

        assertThat(shown(5)).isEmpty();
        assertThat(shown(4)).isEqualTo(candidates(table));
    }

    @Test
    void showsThatThereIsNobody() {
        table.put(cell("S1", "ACT", null), 0L);

        assertThat(shown(5)).isEqualTo(candidates(table));
    }

    @Test
    void hidesTheNextSmallestWithASingleSmallCohort() {
        table.put(cell("S1", null, null), 3L);
        table.put(cell("S2", null, null), 9L);
        table.put(cell("S3", null, null), 6L);

        assertThat(shown(5)).containsExactly(Cohort.ALL, Cohort.site("S2"));
    }

    @Test
    void hidesNoOtherWhereTwoSmallCohortsHideEachOther() {
        table.put(cell("S1", null, null), 3L);
        table.put(cell("S2", null, null), 9L);
        table.put(cell("S3", null, null), 2L);

        assertThat(shown(5)).containsExactly(Cohort.ALL, Cohort.site("S2"));
    }

    /** Who has no arm is what remains of the trial without its arms. */
    @Test
    void hidesACohortTogetherWithThoseWhoAreInNone() {
        table.put(cell("S1", "ACT", null), 9L);
        table.put(cell("S1", "PBO", null), 8L);
        table.put(cell("S1", null, null), 2L);

        assertThat(shown(5)).containsExactly(Cohort.ALL, Cohort.arm("ACT"), Cohort.site("S1"));
    }

    /** Every cohort is large, but three of the arm are of the one site; arms come before sites. */
    @Test
    void hidesASiteOfWhichTooFewAreInAnArm() {
        table.put(cell("S1", "ACT", null), 3L);
        table.put(cell("S1", "PBO", null), 9L);
        table.put(cell("S2", "ACT", null), 9L);
        table.put(cell("S2", "PBO", null), 9L);

        assertThat(shown(5)).containsExactly(Cohort.ALL, Cohort.arm("ACT"), Cohort.arm("PBO"));
    }

    @Test
    void hidesACohortOfWhichAPartIsTooSmall() {
        table.put(cell("S1", null, null), 20L);
        table.put(cell("S2", null, null), 20L);
        Map<Cell, Long> responders = Map.of(cell("S1", null, null), 17L, cell("S2", null, null), 10L);

        Set<Cohort> shown = new Disclosure(5, STRATA, table.keySet()).shown(candidates(table), cells -> {
            long part = cells.stream().mapToLong(responders::get).sum();
            return new long[] {part, cells.stream().mapToLong(table::get).sum() - part};
        });

        assertThat(shown).containsExactly(Cohort.ALL);
    }

    @Test
    void showsNothingWithoutTheWholeTrial() {
        table.put(cell("S1", null, null), 20L);

        assertThat(new Disclosure(5, STRATA, table.keySet()).shown(Set.of(Cohort.site("S1")), cells -> new long[] {20}))
                .isEmpty();
    }
}

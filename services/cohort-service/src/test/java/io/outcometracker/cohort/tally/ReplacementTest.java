package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a view may go over to new counts. */
class ReplacementTest {
    private static final Protocol PROTOCOL = WorkedExample.protocol();
    private static final Presence PRESENCE = new Presence(LocalDate.of(2025, 1, 1), null);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** What is known of a participant; without a value, the result was outside limits. */
    private record Known(
            Cell cell, @Nullable BigDecimal value, @Nullable BigDecimal baseline, int studyDay) {}

    private final Map<String, Known> participants = new TreeMap<>();

    private static Cell cell(String site, String arm) {
        return new Cell(site, arm, new TreeMap<>());
    }

    private void report(String participant, String arm, @Nullable Integer value, @Nullable Integer baseline) {
        participants.put(participant, new Known(cell("S1", arm), decimal(value), decimal(baseline), 29));
    }

    private void report(int count, String prefix, String arm, @Nullable Integer value, @Nullable Integer baseline) {
        for (int i = 0; i < count; i++) {
            report(prefix + i, arm, value, baseline);
        }
    }

    private static @Nullable BigDecimal decimal(@Nullable Integer number) {
        return number == null ? null : BigDecimal.valueOf(number);
    }

    private static EndpointTally tally(Map<String, Known> participants) {
        Map<TallyRow, Long> rows = new HashMap<>();
        Map<TallyRow, Long> roster = new HashMap<>();
        for (Known it : participants.values()) {
            roster.merge(new Enrolled(it.cell, PRESENCE), 1L, Long::sum);
            Report report = it.value == null ? Report.OUTSIDE_LIMITS : Report.SCORE;
            BigDecimal baseline = it.value == null ? null : it.baseline;
            rows.merge(new Result(it.cell, PRESENCE, it.studyDay, report, it.value, baseline), 1L, Long::sum);
        }
        return new EndpointTally(new Endpoint(WorkedExample.TRIAL, "W4", "NRS"), () -> rows, () -> roster);
    }

    private static View view(int threshold) {
        return new View(cohort -> true, new DisclosureRule(threshold, null), false);
    }

    private boolean mayReplace(Map<String, Known> released) {
        return tally(participants).mayReplace(tally(released), PROTOCOL, view(1), 5);
    }

    @Test
    void waitsForEnoughNewScores() {
        report(4, "P", "ACT", 5, 7);
        assertThat(mayReplace(Map.of())).isFalse();

        report("P4", "ACT", 5, 7);
        assertThat(mayReplace(Map.of())).isTrue();
    }

    @Test
    void waitsWhereNothingIsNew() {
        report(5, "P", "ACT", 5, 7);

        assertThat(mayReplace(new HashMap<>(participants))).isFalse();
    }

    @Test
    void waitsForEnoughInEachArmThatChanged() {
        report(5, "A", "ACT", 5, 7);
        report("P0", "PBO", 5, 7);
        assertThat(mayReplace(Map.of())).isFalse();

        report(5, "P", "PBO", 5, 7);
        assertThat(mayReplace(Map.of())).isTrue();
    }

    /** Five scores, but only one that tells a change. */
    @Test
    void waitsForEnoughOfThoseWithABaseline() {
        report(5, "P", "ACT", 5, 7);
        Map<String, Known> released = new HashMap<>(participants);
        report(4, "Q", "ACT", 5, null);
        report("R", "ACT", 5, 7);

        assertThat(mayReplace(released)).isFalse();
    }

    /** A baseline that is corrected leaves the scores as they were, so the one new score could be read. */
    @Test
    void doesNotTakeCorrectedBaselinesForNewScores() {
        report(5, "P", "ACT", 5, 7);
        Map<String, Known> released = new HashMap<>(participants);
        report(5, "P", "ACT", 5, 8);
        assertThat(mayReplace(released)).isTrue();

        report("Q", "ACT", 5, 7);
        assertThat(mayReplace(released)).isFalse();
    }

    @Test
    void countsAnAmendedScoreOnce() {
        report(5, "P", "ACT", 5, 7);
        Map<String, Known> released = new HashMap<>(participants);
        report(3, "P", "ACT", 6, 7);
        assertThat(mayReplace(released)).isFalse();

        report(5, "P", "ACT", 6, 7);
        assertThat(mayReplace(released)).isTrue();
    }

    @Test
    void countsScoresThatAreTakenAway() {
        report(9, "P", "ACT", 5, 7);
        Map<String, Known> released = new HashMap<>(participants);
        participants.keySet().retainAll(Set.of("P0", "P1", "P2", "P3"));

        assertThat(mayReplace(released)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 5, true", "0, 4, false", "5, 1, true", "3, 2, false"})
    void countsResultsOutsideLimitsButNotForScores(int scores, int outside, boolean may) {
        report(scores, "P", "ACT", 5, 7);
        report(outside, "Q", "ACT", null, null);

        assertThat(mayReplace(Map.of())).isEqualTo(may);
    }

    /** Who has no baseline is too few for a change to be shown, so nothing can be read from pairs. */
    @Test
    void doesNotWaitForPairsWhereNoChangeIsShown() {
        report(4, "P", "ACT", 5, 7);
        report(2, "Q", "ACT", 5, null);
        assertThat(mayReplace(Map.of())).isFalse();

        assertThat(tally(participants).mayReplace(tally(Map.of()), PROTOCOL, view(3), 5))
                .isTrue();
    }

    /** Several changes between two attempts, as between two days. */
    @SeededTest
    void twoViewsThatFollowOneAnotherDifferByNobodyOrByEnough(long seed) {
        Random random = new Random(seed);
        int minNewRecords = 2 + random.nextInt(5);
        int threshold = 1 + random.nextInt(6);
        Set<String> groupings = List.of(Set.of("all"), Set.of("all", "arm"), Set.of("all", "arm", "site"))
                .get(random.nextInt(3));
        View view = new View(cohort -> groupings.contains(cohort.by()), new DisclosureRule(threshold, null), false);
        Map<String, Known> released = Map.of();
        int releases = 0;
        int waits = 0;
        for (int day = 0; day < 300; day++) {
            int changes = random.nextInt(2 * minNewRecords);
            for (int i = 0; i < changes; i++) {
                change(random);
            }
            EndpointTally now = tally(participants);
            if (now.mayReplace(tally(released), PROTOCOL, view, minNewRecords)) {
                compare(released, now.metrics(PROTOCOL, view, NOW), minNewRecords);
                released = new HashMap<>(participants);
                releases++;
            } else {
                waits++;
            }
        }
        assertThat(waits).isPositive();
        // Of many small classes, one or another nearly always has too few.
        assertThat(releases).isGreaterThan(groupings.size() == 1 ? 5 : -1);
    }

    private void change(Random random) {
        String participant = "P" + random.nextInt(60);
        if (random.nextInt(8) == 0) {
            participants.remove(participant);
            return;
        }
        String arm = random.nextInt(20) == 0 ? "PBO" : participant.hashCode() % 2 == 0 ? "ACT" : "PBO";
        String site = random.nextInt(20) == 0 ? "S2" : participant.hashCode() % 3 == 0 ? "S2" : "S1";
        participants.put(
                participant,
                new Known(
                        cell(site, arm),
                        random.nextInt(10) == 0 ? null : BigDecimal.valueOf(random.nextInt(11)),
                        random.nextInt(10) == 0 ? null : BigDecimal.valueOf(random.nextInt(11)),
                        20 + random.nextInt(20)));
    }

    /** In whatever the participants are counted by; where the counts are equal, the views are. */
    private void compare(Map<String, Known> released, Map<Cohort, CohortMetric> metrics, int minNewRecords) {
        Set<Cohort> shown = new HashSet<>(metrics.keySet());
        shown.removeIf(cohort -> metrics.get(cohort).suppressed());
        Map<Set<Cohort>, Integer> classes = new HashMap<>();
        if (!shown.isEmpty()) {
            List.of(released, participants)
                    .forEach(state -> state.values().forEach(it -> classes.put(classOf(it, shown), 0)));
        }
        List<Function<Known, @Nullable Object>> figures =
                List.of(Known::value, it -> it.value == null ? "outside" : Arrays.asList(it.value, it.baseline));
        for (Set<Cohort> group : classes.keySet()) {
            for (Function<Known, @Nullable Object> figure : figures) {
                Map<String, Object> before = of(group, shown, figure, released);
                Map<String, Object> after = of(group, shown, figure, participants);
                if (!sorted(before).equals(sorted(after))) {
                    Set<String> differing = new HashSet<>(before.keySet());
                    differing.addAll(after.keySet());
                    differing.removeIf(it -> Objects.equals(before.get(it), after.get(it)));
                    assertThat(differing).hasSizeGreaterThanOrEqualTo(minNewRecords);
                }
            }
        }
        Set<String> everyone = new HashSet<>(released.keySet());
        everyone.addAll(participants.keySet());
        everyone.removeIf(it -> Objects.equals(released.get(it), participants.get(it)));
        assertThat(everyone).hasSizeGreaterThanOrEqualTo(minNewRecords);
    }

    private static Set<Cohort> classOf(Known participant, Set<Cohort> shown) {
        Set<Cohort> cohorts = new HashSet<>(participant.cell.cohorts(List.of()));
        cohorts.retainAll(shown);
        return cohorts;
    }

    private static Map<String, Object> of(
            Set<Cohort> group,
            Set<Cohort> shown,
            Function<Known, @Nullable Object> figure,
            Map<String, Known> participants) {
        Map<String, Object> figures = new HashMap<>();
        participants.forEach((participant, known) -> {
            Object number = figure.apply(known);
            if (number != null && classOf(known, shown).equals(group)) {
                figures.put(participant, number);
            }
        });
        return figures;
    }

    private static List<String> sorted(Map<String, Object> figures) {
        return new ArrayList<>(
                figures.values().stream().map(Object::toString).sorted().toList());
    }
}

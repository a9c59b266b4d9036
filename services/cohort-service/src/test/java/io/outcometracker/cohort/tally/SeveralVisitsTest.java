package io.outcometracker.cohort.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Presence;
import io.outcometracker.cohort.tally.TallyRow.Report;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.testkit.SeededTest;
import io.outcometracker.testkit.WorkedExample;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What sums at several visits, of scores and of changes from baseline, tell together: everything published is a sum of
 * scores, so each score gets a weight when sums are added and subtracted.
 */
class SeveralVisitsTest {
    private static final Presence PRESENCE = new Presence(LocalDate.of(2025, 1, 1), null);
    private static final Instant LATER = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> VISITS = List.of("BL", "W4", "M4");

    /** @param reported at which of the visits */
    private record Participant(Cell cell, List<Boolean> reported) {
        boolean paired(int visit) {
            return reported.get(0) && reported.get(visit);
        }

        /** The weight of each score in a sum. */
        int[] scores(int visit) {
            int[] weights = new int[VISITS.size()];
            weights[visit] = reported.get(visit) ? 1 : 0;
            return weights;
        }

        int[] changes(int visit) {
            int[] weights = new int[VISITS.size()];
            weights[visit] = paired(visit) ? 1 : 0;
            weights[0] = paired(visit) ? -1 : 0;
            return weights;
        }
    }

    private final List<Participant> participants = new ArrayList<>();

    private void add(int count, String arm, boolean... reported) {
        List<Boolean> at = List.of(reported[0], reported[1], reported[2]);
        for (int i = 0; i < count; i++) {
            participants.add(new Participant(new Cell("S1", arm, new TreeMap<>()), at));
        }
    }

    private Map<Cohort, CohortMetric> metrics(int visit, int threshold, Predicate<Cohort> known) {
        Map<TallyRow, Long> rows = new HashMap<>();
        Map<TallyRow, Long> roster = new HashMap<>();
        for (Participant it : participants) {
            roster.merge(new Enrolled(it.cell, PRESENCE), 1L, Long::sum);
            if (it.reported.get(visit)) {
                BigDecimal baseline = it.reported.get(0) ? BigDecimal.valueOf(7) : null;
                rows.merge(
                        new Result(it.cell, PRESENCE, 29, Report.SCORE, BigDecimal.valueOf(4), baseline),
                        1L,
                        Long::sum);
            }
        }
        return new EndpointTally(new Endpoint(WorkedExample.TRIAL, VISITS.get(visit), "NRS"), () -> rows, () -> roster)
                .metrics(WorkedExample.protocol(), new View(known, new DisclosureRule(threshold, null), false), LATER);
    }

    /** Of each published sum, the weights that it gives to the scores of each participant. */
    private List<List<int[]>> published(int threshold, Predicate<Cohort> known) {
        List<List<int[]>> sums = new ArrayList<>();
        for (int i = 0; i < VISITS.size(); i++) {
            int visit = i;
            metrics(visit, threshold, known).forEach((cohort, metric) -> {
                Predicate<Participant> in = it -> it.cell.cohorts(List.of()).contains(cohort);
                if (hasMean(metric.value())) {
                    sums.add(participants.stream()
                            .map(it -> in.test(it) ? it.scores(visit) : new int[VISITS.size()])
                            .toList());
                }
                if (hasMean(metric.change())) {
                    sums.add(participants.stream()
                            .map(it -> in.test(it) ? it.changes(visit) : new int[VISITS.size()])
                            .toList());
                }
            });
        }
        return sums;
    }

    private static boolean hasMean(@Nullable Distribution distribution) {
        return distribution != null && distribution.mean() != null;
    }

    /** Of how many participants the scores are that are left when sums are added, subtracted or left out in every way. */
    private long fewestLeft(List<List<int[]>> sums) {
        // Participants of the same weights in all sums stay together.
        Map<List<List<Integer>>, Long> alike = new HashMap<>();
        for (int participant = 0; participant < participants.size(); participant++) {
            int of = participant;
            alike.merge(
                    sums.stream()
                            .map(it -> Stream.of(it.get(of)[0], it.get(of)[1], it.get(of)[2])
                                    .toList())
                            .toList(),
                    1L,
                    Long::sum);
        }
        long fewest = Long.MAX_VALUE;
        int ways = (int) Math.pow(3, sums.size());
        for (int way = 1; way < ways; way++) {
            long left = 0;
            for (Map.Entry<List<List<Integer>>, Long> kind : alike.entrySet()) {
                int[] weights = new int[VISITS.size()];
                for (int sum = 0, signs = way; sum < sums.size(); sum++, signs /= 3) {
                    for (int score = 0; score < weights.length; score++) {
                        weights[score] +=
                                (signs % 3 - 1) * kind.getKey().get(sum).get(score);
                    }
                }
                left += weights[0] == 0 && weights[1] == 0 && weights[2] == 0 ? 0 : kind.getValue();
            }
            fewest = left == 0 ? fewest : Math.min(fewest, left);
        }
        return fewest;
    }

    @SeededTest
    void tellTogetherOfNoFewerThanTheThreshold(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 20; run++) {
            participants.clear();
            for (String arm : List.of("ACT", "PBO")) {
                int count = random.nextInt(25);
                for (int i = 0; i < count; i++) {
                    add(1, arm, random.nextInt(8) > 0, random.nextInt(8) > 0, random.nextInt(5) > 0);
                }
            }
            int threshold = 2 + random.nextInt(5);

            List<List<int[]>> sums =
                    published(threshold, it -> it.equals(Cohort.ALL) || it.by().equals(Cohort.ARM));

            assertThat(fewestLeft(sums)).as("%s", participants).isGreaterThanOrEqualTo(threshold);
        }
    }

    /** Everyone who came had a baseline, so that without the rule the baseline of one is what is left. */
    @Test
    void wouldTellOfTheOneWhoMissedAVisit() {
        add(20, "ACT", true, true, true);
        add(1, "ACT", true, false, true);

        assertThat(fewestLeft(published(1, Cohort.ALL::equals))).isEqualTo(1);
        assertThat(fewestLeft(published(5, Cohort.ALL::equals))).isEqualTo(20);
    }

    @Test
    void showsTheChangesAfterBaselineAndNotTheScores() {
        add(20, "ACT", true, true, true);

        CohortMetric baseline = metrics(0, 5, Cohort.ALL::equals).get(Cohort.ALL);
        CohortMetric later = metrics(1, 5, Cohort.ALL::equals).get(Cohort.ALL);

        assertThat(baseline.value().mean()).isEqualTo(4.0);
        assertThat(baseline.withheld()).isNull();
        assertThat(later.value().n()).isEqualTo(20);
        assertThat(later.value().mean()).isNull();
        assertThat(later.change().mean()).isEqualTo(-3.0);
        assertThat(later.withheld()).containsExactly("mean", "sd", "se", "ci", "median", "q1", "q3", "min", "max");
    }
}

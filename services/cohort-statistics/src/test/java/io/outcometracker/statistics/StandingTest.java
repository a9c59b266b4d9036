package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofPairs;
import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.pair;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandingTest {

    private static final Standing VALUE_ONLY = new Standing(false, false, false, false, false);

    private static Scoring scoring(String mcid, Mcid.Kind kind) {
        return new Scoring(0, true, true, true, new Mcid(new BigDecimal(mcid), kind));
    }

    @Test
    void tellsWhichStatisticsAParticipantIsCountedIn() {
        CohortTally tally = ofPairs(pair(10, 5), pair(10, 7), pair(10, 8), pair(0, 3), pair(0, 0));
        tally.add(new Observation(4, null), 2);

        assertThat(counts(tally, scoring("3", Mcid.Kind.ABSOLUTE)))
                .isEqualTo(Map.of(
                        new Standing(true, true, true, true, true),
                        1L,
                        new Standing(true, true, true, false, true),
                        1L,
                        new Standing(true, true, false, false, false),
                        1L,
                        new Standing(true, false, false, false, false),
                        2L,
                        VALUE_ONLY,
                        2L));
    }

    @Test
    void countsNobodyInWhatHasNoMeaning() {
        CohortTally tally = ofPairs(pair(10, 5), pair(0, 0));

        assertThat(counts(tally, scoring("3", Mcid.Kind.ABSOLUTE).atBaselineVisit()))
                .isEqualTo(Map.of(VALUE_ONLY, 2L));
        assertThat(counts(tally, new Scoring(0, true, true, false, null)))
                .isEqualTo(Map.of(new Standing(true, false, false, false, false), 2L));
    }

    @Test
    void countsAScoreThatIsItselfTheChange() {
        Scoring scoring = new Scoring(0, true, false, false, new Mcid(BigDecimal.valueOf(2), Mcid.Kind.VALUE_AT_MOST));

        assertThat(counts(ofValues(1, 2, 3), scoring))
                .isEqualTo(Map.of(new Standing(false, false, false, false, true), 2L, VALUE_ONLY, 1L));
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void agreesWithTheStatistics(long seed) {
        Random random = new Random(seed);
        CohortTally tally = new CohortTally();
        for (int i = 0; i < 40; i++) {
            Long baseline = random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(11));
            tally.add(new Observation(random.nextInt(11), baseline), 1 + random.nextInt(3));
        }
        Scoring scoring = scoring("20", Mcid.Kind.PERCENT);

        CohortStatistics statistics = CohortStatistics.of(tally, scoring, tally.n());

        Map<Standing, Long> counts = counts(tally, scoring);
        assertThat(sum(counts, it -> true)).isEqualTo(statistics.value().n());
        assertThat(sum(counts, Standing::paired)).isEqualTo(statistics.change().n());
        assertThat(sum(counts, Standing::pairedAboveZero))
                .isEqualTo(statistics.percentChange().n());
        assertThat(sum(counts, Standing::responder30))
                .isEqualTo(statistics.responders30().observed().k());
        assertThat(sum(counts, Standing::responder50))
                .isEqualTo(statistics.responders50().observed().k());
        assertThat(sum(counts, Standing::responderMcid))
                .isEqualTo(statistics.respondersMcid().observed().k());
    }

    private static Map<Standing, Long> counts(CohortTally tally, Scoring scoring) {
        Map<Standing, Long> counts = new HashMap<>();
        tally.counts()
                .forEach((observation, count) -> counts.merge(Standing.of(observation, scoring), count, Long::sum));
        return counts;
    }

    private static long sum(Map<Standing, Long> counts, Predicate<Standing> which) {
        return counts.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}

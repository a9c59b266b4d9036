package io.outcometracker.statistics;

import static io.outcometracker.statistics.Tallies.ofValues;
import static io.outcometracker.statistics.Tallies.scoring;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever was amended, the statistics are those of the final data, bit for bit. */
class AmendmentTest {

    private static final Scoring SCORING =
            new Scoring(1, true, true, true, new Mcid(BigDecimal.valueOf(2), Mcid.Kind.ABSOLUTE));

    @ParameterizedTest
    @ValueSource(longs = {999999990, 1_760_000_000_000_0L, Long.MAX_VALUE, Long.MIN_VALUE})
    void forgetsAMistypedScoreWithoutATrace(long mistyped) {
        CohortTally tally = ofValues(41, 52);
        tally.add(new Observation(mistyped, null), 1);
        tally.add(new Observation(63, null), 1);
        tally.retract(new Observation(mistyped, null), 1);

        Distribution actual = Distribution.of(scoring(1).values(tally));

        assertThat(actual).isEqualTo(Distribution.of(scoring(1).values(ofValues(41, 52, 63))));
        assertThat(actual.mean()).isEqualTo(5.2);
        assertThat(actual.sd()).isEqualTo(1.1);
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void equalsAFreshComputationAfterAHundredThousandAmendments(long seed) {
        Random random = new Random(seed);
        Observation[] participants = new Observation[200];
        CohortTally amended = new CohortTally();
        for (int i = 1; i <= 100_000; i++) {
            int who = random.nextInt(participants.length);
            if (participants[who] != null) {
                amended.retract(participants[who], 1);
            }
            participants[who] = random.nextInt(10) == 0 ? null : observation(random);
            if (participants[who] != null) {
                amended.add(participants[who], 1);
            }
            if (i % 10_000 == 0) {
                CohortTally fresh = new CohortTally();
                for (Observation participant : participants) {
                    if (participant != null) {
                        fresh.add(participant, 1);
                    }
                }
                assertThat(amended.n()).isEqualTo(fresh.n());
                assertThat(amended.counts()).isEqualTo(fresh.counts());
                assertThat(CohortStatistics.of(amended, SCORING, participants.length))
                        .isEqualTo(CohortStatistics.of(fresh, SCORING, participants.length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.outcometracker.statistics.Seeds#all")
    void doesNotDependOnTheOrder(long seed) {
        Random random = new Random(seed);
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            observations.add(observation(random));
        }
        CohortTally whole = new CohortTally();
        observations.forEach(observation -> whole.add(observation, 1));
        CohortStatistics expected = CohortStatistics.of(whole, SCORING, 500);

        for (int i = 0; i < 20; i++) {
            Collections.shuffle(observations, random);
            CohortTally other = new CohortTally();
            observations.forEach(observation -> other.add(observation, 1));

            assertThat(other.counts()).isEqualTo(whole.counts());
            assertThat(CohortStatistics.of(other, SCORING, 500)).isEqualTo(expected);
        }
    }

    /** Mostly plausible, now and then mistyped. */
    private static Observation observation(Random random) {
        long value = random.nextInt(50) == 0 ? random.nextLong() : random.nextInt(101);
        return new Observation(value, random.nextInt(5) == 0 ? null : (long) random.nextInt(101));
    }

    @Test
    void isEmptyAgainAfterEverythingIsRetracted() {
        CohortTally tally = ofValues(1, 2, 2);
        tally.retract(new Observation(2, null), 2);
        tally.retract(new Observation(1, null), 1);

        assertThat(CohortStatistics.of(tally, SCORING, 0))
                .isEqualTo(CohortStatistics.of(new CohortTally(), SCORING, 0));
    }
}

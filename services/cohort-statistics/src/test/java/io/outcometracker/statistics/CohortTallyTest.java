package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohortTallyTest {

    private static final Observation PAIRED = new Observation(4, 7L);
    private static final Observation UNPAIRED = new Observation(4, null);

    private final CohortTally tally = new CohortTally();

    @Test
    void startsEmpty() {
        assertThat(tally.n()).isZero();
        assertThat(tally.counts()).isEmpty();
    }

    @Test
    void countsEqualObservationsTogether() {
        tally.add(PAIRED, 2);
        tally.add(new Observation(4, 7L), 3);
        tally.add(UNPAIRED, 1);

        assertThat(tally.n()).isEqualTo(6);
        assertThat(tally.counts()).isEqualTo(Map.of(PAIRED, 5L, UNPAIRED, 1L));
    }

    @Test
    void sortsByValueThenBaselineWithTheMissingOneFirst() {
        Observation low = new Observation(-3, 9L);
        Observation sameValueLowerBaseline = new Observation(4, -1L);
        tally.add(PAIRED, 1);
        tally.add(UNPAIRED, 1);
        tally.add(low, 1);
        tally.add(sameValueLowerBaseline, 1);

        assertThat(tally.counts()).containsOnlyKeys(low, UNPAIRED, sameValueLowerBaseline, PAIRED);
        assertThat(tally.counts().keySet()).containsExactly(low, UNPAIRED, sameValueLowerBaseline, PAIRED);
    }

    @Test
    void retractsPartOfACount() {
        tally.add(PAIRED, 3);
        tally.retract(PAIRED, 1);

        assertThat(tally.n()).isEqualTo(2);
        assertThat(tally.counts()).isEqualTo(Map.of(PAIRED, 2L));
    }

    @Test
    void forgetsAnObservationThatIsRetractedWholly() {
        tally.add(PAIRED, 3);
        tally.add(UNPAIRED, 1);
        tally.retract(PAIRED, 3);

        assertThat(tally.n()).isEqualTo(1);
        assertThat(tally.counts()).isEqualTo(Map.of(UNPAIRED, 1L));
    }

    @Test
    void refusesToRetractMoreThanItHoldsAndStaysAsItWas() {
        tally.add(PAIRED, 2);

        assertThatThrownBy(() -> tally.retract(PAIRED, 3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tally.retract(UNPAIRED, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(tally.n()).isEqualTo(2);
        assertThat(tally.counts()).isEqualTo(Map.of(PAIRED, 2L));
    }

    @Test
    void keepsScoresOutOfItsErrors() {
        Observation observation = new Observation(987654321, 123456789L);

        assertThatThrownBy(() -> tally.retract(observation, 1))
                .hasMessageNotContainingAny("987654321", "123456789")
                .hasMessageContaining("held 0, retracted 1");
        assertThat(observation).hasToString("Observation[paired]");
        assertThat(new Observation(987654321, null)).hasToString("Observation[unpaired]");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesCountsBelowOne(long count) {
        tally.add(PAIRED, 1);

        assertThatThrownBy(() -> tally.add(PAIRED, count)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tally.retract(PAIRED, count)).isInstanceOf(IllegalArgumentException.class);
        assertThat(tally.n()).isEqualTo(1);
    }

    @Test
    void refusesMoreParticipantsThanALongCountsAndStaysAsItWas() {
        tally.add(PAIRED, Long.MAX_VALUE);

        assertThatThrownBy(() -> tally.add(UNPAIRED, 1)).isInstanceOf(ArithmeticException.class);
        assertThat(tally.n()).isEqualTo(Long.MAX_VALUE);
        assertThat(tally.counts()).isEqualTo(Map.of(PAIRED, Long.MAX_VALUE));
    }

    @Test
    void showsItsCountsLiveButNotForWriting() {
        Map<Observation, Long> counts = tally.counts();
        tally.add(PAIRED, 1);

        assertThat(counts).hasSize(1);
        assertThatThrownBy(counts::clear).isInstanceOf(UnsupportedOperationException.class);
    }
}

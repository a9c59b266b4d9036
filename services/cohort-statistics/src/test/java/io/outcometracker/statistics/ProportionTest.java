package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ProportionTest {

    @Test
    void givesWilsonsInterval() {
        for (JsonNode example : EdgeCases.named("wilson95")) {
            long k = example.get("k").asLong();
            long n = example.get("n").asLong();

            Proportion actual = Proportion.of(k, n);

            assertThat(actual.k()).isEqualTo(k);
            assertThat(actual.n()).isEqualTo(n);
            JsonNode expected = example.get("expect");
            assertThat(actual.undefined()).isEqualTo(expected.isNull() ? UndefinedReason.TOO_FEW : null);
            if (expected.isNull()) {
                assertThat(actual.rate()).isNull();
                assertThat(actual.ci()).isNull();
            } else {
                double low = expected.get("lo").asDouble();
                double high = expected.get("hi").asDouble();
                assertThat(actual.rate()).isEqualTo((double) k / n);
                assertThat(actual.ci().low()).isCloseTo(low, within(1e-12 * low));
                assertThat(actual.ci().high()).isCloseTo(high, within(1e-12 * high));
            }
        }
    }

    @Test
    void reachesTheEdgesExactly() {
        assertThat(Proportion.of(0, 7).ci().low()).isEqualTo(0.0);
        assertThat(Proportion.of(7, 7).ci().high()).isEqualTo(1.0);
    }

    @Test
    void staysInBoundsForHugeNumbers() {
        Proportion half = Proportion.of(Long.MAX_VALUE / 2, Long.MAX_VALUE);

        assertThat(half.rate()).isEqualTo(0.5);
        assertThat(half.ci().low()).isLessThan(0.5).isGreaterThan(0.499_999);
        assertThat(half.ci().high()).isGreaterThan(0.5).isLessThan(0.500_001);
    }
}

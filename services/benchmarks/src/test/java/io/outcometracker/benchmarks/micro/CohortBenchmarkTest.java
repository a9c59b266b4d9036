package io.outcometracker.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.statistics.CohortStatistics;
import io.outcometracker.statistics.Distribution;
import io.outcometracker.statistics.Interval;
import io.outcometracker.statistics.Proportion;
import io.outcometracker.statistics.Responders;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohortBenchmarkTest {

    /** A ratio means something only if both do the same. */
    @ParameterizedTest
    @CsvSource({"22, 0", "22, 3", "1000, 0", "1000, 3"})
    void anchorComputesTheSameStatistics(int participants, int decimals) {
        CohortBenchmark benchmark = new CohortBenchmark();
        benchmark.participants = participants;
        benchmark.decimals = decimals;
        benchmark.fill();

        CohortStatistics exact = benchmark.statistics();
        PlainStatistics anchor = benchmark.statisticsAnchor();

        assertSame(anchor.value(), exact.value());
        assertSame(anchor.change(), exact.change());
        assertSame(anchor.percentChange(), exact.percentChange());
        assertThat(Stream.of(exact.responders30(), exact.responders50(), exact.respondersMcid())
                        .map(Responders::observed)
                        .map(Proportion::k))
                .containsExactly(anchor.responders30(), anchor.responders50(), anchor.respondersMcid());
    }

    @ParameterizedTest
    @CsvSource({"22, 0", "1000, 3"})
    void correctingLeavesTheCohortAsItWas(int participants, int decimals) {
        CohortBenchmark benchmark = new CohortBenchmark();
        benchmark.participants = participants;
        benchmark.decimals = decimals;
        benchmark.fill();
        CohortStatistics before = benchmark.statistics();

        benchmark.correct();

        assertThat(benchmark.statistics()).isEqualTo(before);
    }

    private static void assertSame(PlainStatistics.Distribution anchor, Distribution exact) {
        Interval ci = exact.ci();
        double[] numbers = {
            exact.mean(),
            exact.sd(),
            ci.low(),
            ci.high(),
            exact.median(),
            exact.q1(),
            exact.q3(),
            exact.min(),
            exact.max()
        };
        assertThat(new double[] {
                    anchor.mean(),
                    anchor.sd(),
                    anchor.low(),
                    anchor.high(),
                    anchor.median(),
                    anchor.q1(),
                    anchor.q3(),
                    anchor.min(),
                    anchor.max()
                })
                .containsExactly(numbers, within(1e-8));
    }
}

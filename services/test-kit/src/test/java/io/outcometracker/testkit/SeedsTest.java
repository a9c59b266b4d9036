package io.outcometracker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class SeedsTest {

    @AfterEach
    void askForNoSeed() {
        System.clearProperty(Seeds.PROPERTY);
    }

    @Test
    void repeatsTheFixedSeedsAndAddsAFreshOne() {
        List<Object> first = seeds();
        List<Object> second = seeds();

        assertThat(second).hasSize(10).doesNotHaveDuplicates();
        assertThat(second.subList(0, 9)).isEqualTo(first.subList(0, 9));
        assertThat(second.get(9)).isNotEqualTo(first.get(9));
    }

    @Test
    void givesTheOneSeedThatIsAskedFor() {
        System.setProperty(Seeds.PROPERTY, "-42");

        assertThat(seeds()).containsExactly(-42L);
    }

    @Test
    void refusesASeedThatIsNotANumber() {
        System.setProperty(Seeds.PROPERTY, "x");

        assertThatThrownBy(SeedsTest::seeds).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void printsTheSeedOfAFailureAndHowToRepeatIt() {
        PrintStream err = System.err;
        var printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(FailsForFive.class))
                    .execute()
                    .testEvents()
                    .assertStatistics(it -> it.started(10).failed(1));
        } finally {
            System.setErr(err);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("FailsForFive.isNotFive failed")
                .contains("-Dtest.seed=5");
    }

    private static List<Object> seeds() {
        return Seeds.seeds().map(it -> it.get()[0]).toList();
    }

    static class FailsForFive {
        @SeededTest
        void isNotFive(long seed) {
            assertThat(seed).isNotEqualTo(5);
        }
    }
}

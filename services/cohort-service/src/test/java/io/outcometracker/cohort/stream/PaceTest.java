package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        // It fits into the interval, with what it leaves to records.
        "5, 1, 1",
        "100, 1, 9",
        "400, 1, 36",
        // Others publish on the thread, too, and together they leave as much to records.
        "100, 4, 36"
    })
    void publishesTheMoreSeldomTheLongerItTakes(long millis, int tasks, int intervals) {
        Pace pace = new Pace(Duration.ofMillis(100));
        assertThat(pace.isDue(true)).isTrue();

        pace.took(Duration.ofMillis(millis), tasks);

        int asked = 1;
        while (!pace.isDue(true)) {
            asked++;
        }
        assertThat(asked).isEqualTo(intervals);
    }

    @Test
    void publishesAtEachIntervalWhileNoRecordWaits() {
        Pace pace = new Pace(Duration.ofMillis(100));
        pace.took(Duration.ofMillis(400), 1);

        assertThat(pace.isDue(false)).isTrue();
        assertThat(pace.isDue(true)).isFalse();
    }
}

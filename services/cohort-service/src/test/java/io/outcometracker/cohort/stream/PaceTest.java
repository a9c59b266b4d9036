package io.outcometracker.cohort.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        // It fits into the interval, with what it leaves to records.
        "25, 1",
        "100, 3",
        "400, 12",
        "3600000, 20",
        // The clock was put back meanwhile.
        "-3600000, 1"
    })
    void publishesTheMoreSeldomTheLongerItTakes(long millis, int intervals) {
        Pace pace = new Pace(Duration.ofMillis(100));
        assertThat(pace.isDue()).isTrue();

        pace.took(Duration.ofMillis(millis));

        int asked = 1;
        while (!pace.isDue()) {
            asked++;
        }
        assertThat(asked).isEqualTo(intervals);
    }
}

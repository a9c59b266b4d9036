package io.outcometracker.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.support.GenericApplicationContext;

class ClockSetBackTest {
    private final GenericApplicationContext service = new GenericApplicationContext();
    private Instant now = Instant.parse("2026-03-29T01:00:00Z");

    private LivenessState after(Duration... steps) {
        service.registerBean(ApplicationAvailabilityBean.class);
        service.refresh();
        AvailabilityChangeEvent.publish(service, LivenessState.CORRECT);
        try (ClockSetBack clock = new ClockSetBack(service, () -> now)) {
            for (Duration step : steps) {
                now = now.plus(step);
                clock.look();
            }
        }
        return service.getBean(ApplicationAvailability.class).getLivenessState();
    }

    @Test
    void aServiceWhoseClockWasSetBackIsBroken() {
        assertThat(after(Duration.ofHours(1), Duration.ofHours(-1))).isEqualTo(LivenessState.BROKEN);
    }

    @Test
    void littleByLittleIsSetBackToo() {
        assertThat(after(Duration.ofSeconds(-6), Duration.ofSeconds(-6))).isEqualTo(LivenessState.BROKEN);
    }

    @Test
    void oneWhoseClockGoesOnOrIsSetForwardOrALittleBackIsNot() {
        assertThat(after(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofSeconds(-9)))
                .isEqualTo(LivenessState.CORRECT);
    }
}

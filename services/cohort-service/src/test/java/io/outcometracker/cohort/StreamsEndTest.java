package io.outcometracker.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.support.GenericApplicationContext;

class StreamsEndTest {
    private final GenericApplicationContext service = new GenericApplicationContext();

    StreamsEndTest() {
        service.registerBean(ApplicationAvailabilityBean.class);
        service.refresh();
        AvailabilityChangeEvent.publish(service, LivenessState.CORRECT);
    }

    private LivenessState after(State now, State before) {
        new StreamsEnd(service).onChange(now, before);
        return service.getBean(ApplicationAvailability.class).getLivenessState();
    }

    @Test
    void aServiceWhoseStreamsHaveFailedForGoodIsBroken() {
        assertThat(after(State.ERROR, State.PENDING_ERROR)).isEqualTo(LivenessState.BROKEN);
    }

    @Test
    void oneWhoseStreamsAreSharedOutAnewOrStopAsTheyAreToldToIsNot() {
        assertThat(after(State.REBALANCING, State.RUNNING)).isEqualTo(LivenessState.CORRECT);
        assertThat(after(State.NOT_RUNNING, State.PENDING_SHUTDOWN)).isEqualTo(LivenessState.CORRECT);
    }
}

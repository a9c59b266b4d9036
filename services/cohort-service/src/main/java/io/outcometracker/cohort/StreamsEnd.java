package io.outcometracker.cohort;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/** Says that the service is broken when its streams have failed for good: only a new process has new ones. */
final class StreamsEnd implements KafkaStreams.StateListener {
    private final ApplicationContext service;

    StreamsEnd(ApplicationContext service) {
        this.service = service;
    }

    @Override
    public void onChange(State now, State before) {
        if (now == State.ERROR) {
            AvailabilityChangeEvent.publish(service, LivenessState.BROKEN);
        }
    }
}

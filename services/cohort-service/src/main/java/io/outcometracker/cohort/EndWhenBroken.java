package io.outcometracker.cohort;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationListener;

/** Ends the process of a service that is broken, for whatever runs it to start it again. */
final class EndWhenBroken implements ApplicationListener<AvailabilityChangeEvent<LivenessState>> {
    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<LivenessState> event) {
        if (event.getState() == LivenessState.BROKEN) {
            // Who says it may be waited for while the service is closed.
            new Thread(() -> System.exit(1), "end-when-broken").start();
        }
    }
}

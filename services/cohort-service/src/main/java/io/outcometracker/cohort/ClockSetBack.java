package io.outcometracker.cohort;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/**
 * Says that the service is broken when the clock of its machine was set back: Kafka Streams commits and publishes by
 * that clock, and would do neither until it is as late again as it was.
 */
final class ClockSetBack implements AutoCloseable {
    /** Less is waited for. */
    private static final Duration BEARABLE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ClockSetBack.class);

    private final ApplicationContext service;
    private final InstantSource clock;
    private final ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "clock-set-back"));
    private Instant latest;

    ClockSetBack(ApplicationContext service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
        latest = clock.instant();
    }

    void start() {
        var unused = scheduler.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Once a second. */
    void look() {
        Instant now = clock.instant();
        if (now.isBefore(latest.minus(BEARABLE))) {
            log.atError()
                    .addKeyValue("seconds", Duration.between(now, latest).toSeconds())
                    .log("the clock was set back: ends, to be started again");
            // Once is enough.
            latest = now;
            AvailabilityChangeEvent.publish(service, LivenessState.BROKEN);
        } else if (now.isAfter(latest)) {
            latest = now;
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.Services;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.context.SmartLifecycle;

/** Has topics and readers ready before the first request comes, and stops the readers after the last. */
final class KafkaStart implements SmartLifecycle {
    static final int PHASE = 0;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Map<String, Object> adminSettings;
    private final List<Register<?>> registers;
    private volatile boolean running;

    KafkaStart(Map<String, Object> adminSettings, List<Register<?>> registers) {
        this.adminSettings = adminSettings;
        this.registers = registers;
    }

    @Override
    public void start() {
        try {
            TopicSetup.ensure(adminSettings, Topics.of(Services.INGEST));
            registers.forEach(it -> it.start(TIMEOUT));
        } catch (IllegalStateException e) {
            stop();
            throw new KafkaNotReady(e);
        }
        running = true;
    }

    @Override
    public void stop() {
        registers.forEach(Register::stop);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the streams, and those before the web server, which is near the end. */
    @Override
    public int getPhase() {
        return PHASE;
    }
}

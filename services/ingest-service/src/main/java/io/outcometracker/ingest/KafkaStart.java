package io.outcometracker.ingest;

import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.context.SmartLifecycle;

/** Has topics and readers ready before the first request comes, and stops the readers after the last. */
final class KafkaStart implements SmartLifecycle {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Map<String, Object> adminSettings;
    private final ProtocolRegister protocols;
    private final Decisions decisions;
    private volatile boolean running;

    KafkaStart(Map<String, Object> adminSettings, ProtocolRegister protocols, Decisions decisions) {
        this.adminSettings = adminSettings;
        this.protocols = protocols;
        this.decisions = decisions;
    }

    @Override
    public void start() {
        try {
            TopicSetup.ensure(
                    adminSettings,
                    List.of(
                            Topics.TRIALS,
                            Topics.ENROLMENTS,
                            Topics.FOLLOW_UPS,
                            Topics.REJECTIONS,
                            Topics.DISPOSITIONS));
            protocols.start(TIMEOUT);
            decisions.start(TIMEOUT);
        } catch (IllegalStateException e) {
            stop();
            throw new KafkaNotReady(e);
        }
        running = true;
    }

    @Override
    public void stop() {
        protocols.stop();
        decisions.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server, which is near the end. */
    @Override
    public int getPhase() {
        return 0;
    }
}

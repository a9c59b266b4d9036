package io.outcometracker.cohort;

import io.outcometracker.contract.Services;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/** Has the topics ready before the streams start. The service can be put together without Kafka, as its image is. */
@Component
final class KafkaStart implements SmartLifecycle {
    private final KafkaAdmin admin;
    private volatile boolean running;

    KafkaStart(KafkaAdmin admin) {
        this.admin = admin;
    }

    @Override
    public void start() {
        TopicSetup.ensure(admin.getConfigurationProperties(), Topics.of(Services.COHORT));
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the streams and the web server, which are near the end. */
    @Override
    public int getPhase() {
        return 0;
    }
}

package io.outcometracker.ingest;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether Kafka answers. Asked at most once in a short while, however many probes there are. */
final class KafkaReach implements HealthIndicator {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final Admin admin;
    private @Nullable Health last;
    private long askedAt;

    KafkaReach(Admin admin) {
        this.admin = admin;
    }

    @Override
    public synchronized Health health() {
        if (last == null || System.nanoTime() - askedAt > FRESH.toNanos()) {
            last = ask();
            askedAt = System.nanoTime();
        }
        return last;
    }

    private Health ask() {
        int millis = (int) DEADLINE.toMillis();
        try {
            int nodes = admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis))
                    .nodes()
                    .get(millis, TimeUnit.MILLISECONDS)
                    .size();
            return Health.up().withDetail("nodes", nodes).build();
        } catch (ExecutionException | TimeoutException e) {
            return Health.down().withDetail("error", "Kafka does not answer").build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        }
    }
}

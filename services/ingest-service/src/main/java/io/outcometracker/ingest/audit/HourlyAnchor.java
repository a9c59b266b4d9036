package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditUnavailable;
import io.outcometracker.contract.AuditWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Anchors what other writers did, those of other services too, so that it shows within the hour if the end of a chain is
 * cut off whose writer does not go on.
 */
public final class HourlyAnchor implements AutoCloseable {
    private static final Duration EVERY = Duration.ofHours(1);
    private static final Logger log = LoggerFactory.getLogger(HourlyAnchor.class);

    private final AuditIndex index;
    private final AuditWriter writer;
    private final ScheduledExecutorService everyHour;

    public HourlyAnchor(AuditIndex index, AuditWriter writer) {
        this.index = index;
        this.writer = writer;
        this.everyHour = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "anchor-audit");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        var unused =
                everyHour.scheduleAtFixedRate(this::anchor, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What could not be anchored is within the next hour. */
    public void anchor() {
        try {
            index.openTrials().forEach(it -> writer.anchor(it.isEmpty() ? null : it));
        } catch (AuditUnavailable | InvalidStateStoreException e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("not anchored");
        }
    }

    @Override
    public void close() {
        everyHour.shutdownNow();
    }
}

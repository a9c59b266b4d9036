package io.outcometracker.ingest;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of this service.
 *
 * @param maxBody largest body that is read
 * @param maxRecords most records in one body
 * @param maxLine longest line of a stream, in bytes
 * @param maxInFlight how much of bodies is held at a time, of all requests together
 * @param requestsPerMinute how many requests one client may send
 * @param ackTimeout how long Kafka may take to acknowledge a request's records before the answer is 503
 * @param hashKey secret by which the hashes of refused records are made; empty for a new one at each start
 */
@ConfigurationProperties("outcomes.ingest")
public record IngestProperties(
        @DefaultValue("10MB") DataSize maxBody,
        @DefaultValue("50000") int maxRecords,
        @DefaultValue("16KB") DataSize maxLine,
        @DefaultValue("64MB") DataSize maxInFlight,
        @DefaultValue("6000") int requestsPerMinute,
        @DefaultValue("10s") Duration ackTimeout,
        @DefaultValue("") String hashKey) {
    private static final int SHORTEST_KEY = 32;

    public IngestProperties {
        if (maxBody.toBytes() < 1) {
            throw new IllegalArgumentException("outcomes.ingest.max-body must be 1 byte or more");
        }
        if (maxRecords < 1) {
            throw new IllegalArgumentException("outcomes.ingest.max-records must be 1 or more");
        }
        if (maxLine.toBytes() < 1 || maxLine.toBytes() > DataSize.ofMegabytes(1).toBytes()) {
            throw new IllegalArgumentException("outcomes.ingest.max-line must be 1 byte to 1 MB");
        }
        long mostOfOne = Math.max(maxBody.toBytes(), Intake.BATCH * maxLine.toBytes());
        if (maxInFlight.toBytes() < mostOfOne || maxInFlight.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "outcomes.ingest.max-in-flight must be less than 2 GB, and hold a body of"
                            + " outcomes.ingest.max-body and " + Intake.BATCH + " lines of outcomes.ingest.max-line");
        }
        if (requestsPerMinute < 1) {
            throw new IllegalArgumentException("outcomes.ingest.requests-per-minute must be 1 or more");
        }
        if (!hashKey.isEmpty() && hashKey.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "outcomes.ingest.hash-key must have " + SHORTEST_KEY + " characters or more");
        }
        if (ackTimeout.toMillis() < 100) {
            throw new IllegalArgumentException("outcomes.ingest.ack-timeout must be 100 ms or more");
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "IngestProperties[maxBody=" + maxBody + ", maxRecords=" + maxRecords + ", ackTimeout=" + ackTimeout
                + "]";
    }
}

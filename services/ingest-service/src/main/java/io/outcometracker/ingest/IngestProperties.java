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
 * @param ackTimeout how long Kafka may take to acknowledge a request's records before the answer is 503
 */
@ConfigurationProperties("outcomes.ingest")
record IngestProperties(
        @DefaultValue("10MB") DataSize maxBody,
        @DefaultValue("50000") int maxRecords,
        @DefaultValue("10s") Duration ackTimeout) {
    IngestProperties {
        if (maxBody.toBytes() < 1) {
            throw new IllegalArgumentException("outcomes.ingest.max-body must be 1 byte or more");
        }
        if (maxRecords < 1) {
            throw new IllegalArgumentException("outcomes.ingest.max-records must be 1 or more");
        }
        if (ackTimeout.toMillis() < 100) {
            throw new IllegalArgumentException("outcomes.ingest.ack-timeout must be 100 ms or more");
        }
    }
}

package io.outcometracker.metrics;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TurnedAway;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** An audit that keeps what it is told, for tests of what HTTP answers. */
@TestConfiguration
class RecordedAudit {
    private final MockProducer<String, byte[]> topic =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

    @Bean(destroyMethod = "close")
    TurnedAway turnedAway() {
        return new TurnedAway(
                new AuditWriter("metrics-service", topic, trial -> List.of(), Clock.systemUTC()), Clock.systemUTC());
    }

    List<AuditEntry> told() {
        return topic.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }
}

package io.outcometracker.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditChain;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class AuditIndexTest {
    @TempDir
    private Path state;

    private final Properties settings = new Properties();
    private final AtomicReference<TopologyTestDriver> running = new AtomicReference<>();
    private final AuditIndex index = new AuditIndex(() -> running.get().getKeyValueStore(AuditIndex.STORE));

    private TopologyTestDriver start() {
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        StreamsBuilder builder = new StreamsBuilder();
        index.addTo(builder);
        TopologyTestDriver driver = new TopologyTestDriver(builder.build(), settings);
        running.set(driver);
        return driver;
    }

    @Test
    void givesWhatWasSentAgainInTheOrderInWhichItCame() {
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        try (TopologyTestDriver driver = start()) {
            TestInputTopic<String, AuditEntry> topic = driver.createInputTopic(
                    Topics.AUDIT.name(),
                    new StringSerializer(),
                    Topics.AUDIT.serde().serializer());
            AuditChain chain = new AuditChain("W", "T1");
            Instant[] came = Stream.of(
                            "2026-03-01T12:00:00Z",
                            "2026-03-01T12:00:00.007Z",
                            "2026-03-01T12:00:00.500Z",
                            "2026-03-01T12:00:01Z")
                    .map(Instant::parse)
                    .toArray(Instant[]::new);
            for (Instant at : came) {
                AuditEntry entry = chain.next(sent(at));
                chain.add(entry);
                topic.pipeInput(entry.auditId(), entry);
            }

            assertThat(index.versions("T1", ObjectType.FOLLOW_UP, "R1"))
                    .extracting(AuditEntry::receivedAt)
                    .containsExactly(came);
        }
    }

    /** Whoever may write to the topic must not be able to end the service, nor to hide what is there. */
    @Test
    void passesOverWhatIsNoEntry() {
        settings.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        AuditChain chain = new AuditChain("W", "T1");
        AuditEntry entry = chain.next(sent(Instant.EPOCH));
        try (TopologyTestDriver driver = start()) {
            TestInputTopic<String, byte[]> topic =
                    driver.createInputTopic(Topics.AUDIT.name(), new StringSerializer(), new ByteArraySerializer());
            Stream.<Consumer<ObjectNode>>of(
                            it -> it.remove("receivedAt"),
                            it -> it.put("occurredAt", "yesterday"),
                            it -> it.put("receivedAt", "yesterday"),
                            it -> it.put("prevHash", "none"),
                            it -> it.put("hash", "none"),
                            it -> it.put("seq", 0),
                            it -> it.put("writer", "W|V"),
                            it -> it.put("trial", "T1|T2"),
                            it -> it.put("action", "GUESS"),
                            it -> it.putArray("anchors").addNull(),
                            it -> ((ObjectNode) it.get("object")).put("version", Integer.MIN_VALUE))
                    .forEach(change -> {
                        ObjectNode altered = Json.MAPPER.valueToTree(entry);
                        change.accept(altered);
                        topic.pipeInput("T1", Json.MAPPER.writeValueAsBytes(altered));
                    });
            assertThat(index.versions("T1", ObjectType.FOLLOW_UP, "R1")).isEmpty();

            topic.pipeInput("T1", Json.MAPPER.writeValueAsBytes(entry));
            assertThat(index.versions("T1", ObjectType.FOLLOW_UP, "R1")).containsExactly(entry);
        }
    }

    private static AuditAct sent(Instant at) {
        return new AuditAct(
                at,
                at,
                TestChain.NURSE,
                "S01",
                Action.CREATE,
                new AuditObject(ObjectType.FOLLOW_UP, "R1", 1, null, null, null, null),
                null,
                null,
                null,
                Outcome.ACCEPTED);
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The store of fates without a broker. */
record FatesDriver(TopologyTestDriver driver, RecordFates fates, TestInputTopic<String, Disposition> topic)
        implements AutoCloseable {
    static FatesDriver start(Decisions decisions) {
        AtomicReference<TopologyTestDriver> running = new AtomicReference<>();
        RecordFates fates = new RecordFates(decisions, () -> running.get().getKeyValueStore(RecordFates.STORE));
        StreamsBuilder builder = new StreamsBuilder();
        fates.addTo(builder);
        running.set(new TopologyTestDriver(builder.build(), settings()));
        TestInputTopic<String, Disposition> topic = running.get()
                .createInputTopic(
                        Topics.DISPOSITIONS.name(),
                        new StringSerializer(),
                        Topics.DISPOSITIONS.serde().serializer());
        return new FatesDriver(running.get(), fates, topic);
    }

    private static Properties settings() {
        try {
            Properties settings = new Properties();
            settings.put(
                    StreamsConfig.STATE_DIR_CONFIG,
                    Files.createTempDirectory("fates").toString());
            settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
            return settings;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void decide(Disposition disposition) {
        topic.pipeInput(disposition.key(), disposition);
    }

    @Override
    public void close() {
        driver.close();
    }
}

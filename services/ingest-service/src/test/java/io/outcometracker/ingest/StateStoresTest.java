package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;

/** Whoever asks while the streams do not run is told to ask again, not that something is wrong. */
class StateStoresTest {
    @Test
    void streamsThatHaveNotStartedHoldNothingYet() {
        assertThatThrownBy(() -> StateStores.of(null, "any")).isInstanceOf(InvalidStateStoreException.class);
    }

    @Test
    void streamsThatHaveEndedHoldNothingAnyLonger() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("any");
        Properties nowhere = new Properties();
        nowhere.put(StreamsConfig.APPLICATION_ID_CONFIG, "any");
        nowhere.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        KafkaStreams streams = new KafkaStreams(builder.build(), nowhere);
        streams.close();

        assertThatThrownBy(() -> StateStores.of(streams, "any")).isInstanceOf(InvalidStateStoreException.class);
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.tally.TallyRow.Score;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.DeadLetter;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Enrolment;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import io.outcometracker.testkit.WorkedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The real topology without a broker, at a clock of its own. */
final class TopologyHarness implements AutoCloseable {
    static final Duration PUBLISH_INTERVAL = Duration.ofMillis(100);

    private final TopologyTestDriver driver;
    private final TestInputTopic<String, Protocol> trials;
    private final TestInputTopic<String, Enrolment> enrolments;
    private final TestInputTopic<String, FollowUp> followUps;
    private final TestOutputTopic<String, Disposition> dispositions;
    private final TestOutputTopic<String, CohortMetric> blinded;
    private final TestOutputTopic<String, CohortMetric> unblinded;
    private final Map<String, CohortMetric> blindedView = new HashMap<>();
    private final Map<String, CohortMetric> unblindedView = new HashMap<>();

    TopologyHarness(Path stateDirectory, Instant now) {
        Properties settings = settings(stateDirectory);
        driver = new TopologyTestDriver(topology(settings), settings, now);
        trials = input(Topics.TRIALS);
        enrolments = input(Topics.ENROLMENTS);
        followUps = input(Topics.FOLLOW_UPS);
        dispositions = output(Topics.DISPOSITIONS);
        blinded = output(Topics.COHORT_METRICS);
        unblinded = output(Topics.COHORT_METRICS_UNBLINDED);
    }

    static Topology topology(Properties settings) {
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
        new CohortTopology(PUBLISH_INTERVAL).addTo(builder);
        return builder.build();
    }

    static Properties settings(Path stateDirectory) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "outcomes-cohort-service");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class);
        return settings;
    }

    private <V> TestInputTopic<String, V> input(Topic<V> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), topic.serde().serializer());
    }

    private <V> TestOutputTopic<String, V> output(Topic<V> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), topic.serde().deserializer());
    }

    void plan(Protocol protocol) {
        trials.pipeInput(protocol.trial(), protocol);
    }

    /** Returns what the event itself became and what became of other records through it. */
    List<Disposition> report(Enrolment enrolment) {
        enrolments.pipeInput(enrolment.key().toString(), enrolment);
        return dispositions.readValuesToList();
    }

    List<Disposition> report(FollowUp followUp) {
        followUps.pipeInput(followUp.key().toString(), followUp);
        return dispositions.readValuesToList();
    }

    List<Disposition> report(WorkedExample.Step step) {
        Enrolment enrolment = step.enrolment();
        return enrolment != null ? report(enrolment) : report(Objects.requireNonNull(step.followUp()));
    }

    void sendUnreadableFollowUp(String key, byte[] bytes) {
        driver.createInputTopic(Topics.FOLLOW_UPS.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, bytes);
    }

    void sendUnderKey(@Nullable String key, @Nullable FollowUp followUp) {
        followUps.pipeInput(key, followUp);
    }

    List<DeadLetter> deadLetters() {
        return output(Topics.DEAD_LETTERS).readValuesToList();
    }

    void pass(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Lets the publishing interval pass; returns the keys of what was published to the blinded audience. */
    List<String> publish() {
        pass(PUBLISH_INTERVAL);
        read(unblinded, unblindedView);
        return read(blinded, blindedView);
    }

    private static List<String> read(TestOutputTopic<String, CohortMetric> topic, Map<String, CohortMetric> view) {
        List<KeyValue<String, CohortMetric>> messages = topic.readKeyValuesToList();
        messages.forEach(it -> {
            if (it.value == null) {
                view.remove(it.key);
            } else {
                view.put(it.key, it.value);
            }
        });
        return messages.stream().map(it -> it.key).toList();
    }

    @Nullable
    CohortMetric metric(String visit, String instrument, Cohort cohort) {
        return blindedView.get(CohortMetric.key(new Endpoint(WorkedExample.TRIAL, visit, instrument), cohort));
    }

    Map<String, CohortMetric> blinded() {
        return blindedView;
    }

    Map<String, CohortMetric> unblinded() {
        return unblindedView;
    }

    /** How many participants have each score and baseline at an endpoint. */
    Map<Score, Long> scores(String visit, String instrument) {
        String tally = new Endpoint(WorkedExample.TRIAL, visit, instrument).toString();
        Map<Score, Long> scores = new HashMap<>();
        KeyValueStore<Bytes, Long> counts = driver.getKeyValueStore(TallyProcessor.COUNTS);
        TallyProcessor.rows(counts, tally).forEach((row, count) -> {
            if (row instanceof Score score) {
                scores.put(score, count);
            }
        });
        return scores;
    }

    @Override
    public void close() {
        driver.close();
    }
}

package io.outcometracker.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.TurnedAway;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.ingest.audit.AuditIndex;
import io.outcometracker.ingest.audit.HourlyAnchor;
import io.outcometracker.ingest.audit.StoredRecords;
import io.outcometracker.ingest.audit.TrialAudit;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafkaStreams;
import org.springframework.kafka.config.StreamsBuilderFactoryBean;
import org.springframework.kafka.config.StreamsBuilderFactoryBeanConfigurer;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/** Puts the service together. */
@Configuration(proxyBeanMethods = false)
@EnableKafkaStreams
class IngestConfiguration {
    private static final int CLOSING_SECONDS = 5;
    /** So that a list of records needs few requests to Kafka. */
    private static final int BATCH_BYTES = 1 << 17;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** What the promises of this service rest on is no setting. */
    @Bean
    DefaultKafkaProducerFactoryCustomizer safeProducer(IngestProperties properties) {
        int ackMillis = Math.toIntExact(properties.ackTimeout().toMillis());
        return factory -> {
            factory.setPhysicalCloseTimeout(CLOSING_SECONDS);
            factory.updateConfigs(Map.of(
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    BATCH_BYTES,
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                    StringSerializer.class,
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                    ByteArraySerializer.class,
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    true,
                    ProducerConfig.LINGER_MS_CONFIG,
                    0,
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    ackMillis,
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    ackMillis / 2,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    ackMillis));
        };
    }

    /** None, unless traces are sent somewhere. */
    @Bean
    Tracer tracer(OpenTelemetry telemetry, ObjectProvider<SpanExporter> exporters) {
        return (exporters.stream().findAny().isPresent() ? telemetry : OpenTelemetry.noop())
                .getTracer("io.outcometracker");
    }

    @Bean
    RequestTraces requestTraces(Tracer tracer) {
        return new RequestTraces(tracer);
    }

    @Bean
    RecordPublisher recordPublisher(ProducerFactory<String, byte[]> producers, IngestProperties properties) {
        return new RecordPublisher(producers.createProducer(), properties.ackTimeout());
    }

    @Bean
    Register<Protocol> protocols(ConsumerFactory<String, byte[]> consumers) {
        return new Register<>(Topics.TRIALS, reader(consumers, "trials"));
    }

    @Bean
    Register<Unblinding> unblindings(ConsumerFactory<String, byte[]> consumers) {
        return new Register<>(Topics.UNBLINDINGS, reader(consumers, "unblindings"));
    }

    @Bean
    KnownTrials knownTrials(Register<Protocol> protocols) {
        return new KnownTrials(protocols);
    }

    @Bean
    AuditIndex auditIndex(StreamsBuilder builder, StreamsBuilderFactoryBean streams) {
        AuditIndex index = new AuditIndex(() -> StateStores.of(streams.getKafkaStreams(), AuditIndex.STORE));
        index.addTo(builder);
        return index;
    }

    @Bean
    StoredRecords storedRecords(ConsumerFactory<String, byte[]> consumers, IngestProperties properties) {
        return new StoredRecords(reader(consumers, "history", 1), properties.ackTimeout());
    }

    @Bean(destroyMethod = "close")
    AuditWriter auditWriter(ProducerFactory<String, byte[]> producers, AuditIndex index, Clock clock) {
        return new AuditWriter(
                RecordPublisher.SOURCE,
                AuditWriter.producer(producers.getConfigurationProperties()),
                index::openHeads,
                clock);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    TurnedAway turnedAway(AuditWriter writer, Clock clock) {
        return new TurnedAway(writer, clock);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    HourlyAnchor hourlyAnchor(AuditIndex index, AuditWriter writer) {
        return new HourlyAnchor(index, writer);
    }

    @Bean
    TrialAudit trialAudit(ConsumerFactory<String, byte[]> consumers, IngestProperties properties) {
        return new TrialAudit(reader(consumers, "trial-audit"), properties.ackTimeout());
    }

    @Bean
    AuditTrail auditTrail(AuditWriter writer, IngestProperties properties) {
        return new AuditTrail(writer, properties.ackTimeout());
    }

    @Bean
    Decisions decisions() {
        return new Decisions();
    }

    @Bean
    RecordFates recordFates(Decisions decisions, StreamsBuilder builder, StreamsBuilderFactoryBean streams) {
        RecordFates fates =
                new RecordFates(decisions, () -> StateStores.of(streams.getKafkaStreams(), RecordFates.STORE));
        fates.addTo(builder);
        return fates;
    }

    /** Static, since the builder that the others need is configured by it. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer startAfterTopics() {
        return factory -> factory.setPhase(KafkaStart.PHASE + 1);
    }

    @Bean
    static StreamsEnd streamsEnd(ApplicationContext service) {
        return new StreamsEnd(service);
    }

    /** With the rest, it stops within the time that a container has for it, Kafka there or not. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer end(StreamsEnd end) {
        return factory -> {
            factory.setStateListener(end);
            factory.setCloseTimeout(CLOSING_SECONDS);
        };
    }

    @Bean
    StreamsHealthIndicator streamsHealthIndicator(StreamsBuilderFactoryBean streams) {
        return new StreamsHealthIndicator(streams);
    }

    @Bean
    IngestMeters ingestMeters(MeterRegistry registry, AuditWriter audit) {
        IngestMeters meters = new IngestMeters(registry);
        meters.countFailuresOf(audit);
        return meters;
    }

    @Bean
    UnblindingCollector unblindingCollector(
            Register<Protocol> protocols, Register<Unblinding> unblindings, PrometheusRegistry registry) {
        UnblindingCollector collector = new UnblindingCollector(protocols, unblindings);
        registry.register(collector);
        return collector;
    }

    @Bean
    Intake intake(
            Register<Protocol> protocols,
            RecordPublisher publisher,
            Decisions decisions,
            AuditTrail audit,
            RecordFates fates,
            IngestMeters meters,
            Clock clock,
            IngestProperties properties) {
        return new Intake(
                protocols,
                publisher,
                decisions,
                audit,
                fates::siteOf,
                meters,
                clock,
                properties.maxRecords(),
                RecordHash.withKey(properties.hashKey()));
    }

    @Bean
    BodyBudget bodyBudget(IngestProperties properties) {
        return new BodyBudget(properties.maxInFlight());
    }

    @Bean
    ProtocolIntake protocolIntake(
            Register<Protocol> register,
            RecordPublisher publisher,
            AuditTrail audit,
            Clock clock,
            IngestProperties properties) {
        return new ProtocolIntake(register, publisher, audit, clock, properties.ackTimeout());
    }

    @Bean
    UnblindingIntake unblindingIntake(
            Register<Protocol> protocols,
            Register<Unblinding> register,
            RecordPublisher publisher,
            AuditTrail audit,
            Clock clock,
            IngestProperties properties) {
        return new UnblindingIntake(protocols, register, publisher, audit, clock, properties.ackTimeout());
    }

    @Bean
    KafkaStart kafkaStart(KafkaAdmin admin, List<Register<?>> registers) {
        return new KafkaStart(admin.getConfigurationProperties(), registers);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcatProblems() {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new TomcatProblems()));
    }

    @Bean(destroyMethod = "close")
    Admin kafkaProbe(KafkaAdmin admin) {
        return Admin.create(admin.getConfigurationProperties());
    }

    @Bean
    KafkaReach kafkaHealthIndicator(Admin kafkaProbe) {
        return new KafkaReach(kafkaProbe);
    }

    private static Supplier<Consumer<String, byte[]>> reader(ConsumerFactory<String, byte[]> consumers, String topic) {
        return reader(consumers, topic, ConsumerConfig.DEFAULT_MAX_POLL_RECORDS);
    }

    private static Supplier<Consumer<String, byte[]>> reader(
            ConsumerFactory<String, byte[]> consumers, String topic, int most) {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
        return () -> consumers.createConsumer(null, "", "-" + topic, settings);
    }
}

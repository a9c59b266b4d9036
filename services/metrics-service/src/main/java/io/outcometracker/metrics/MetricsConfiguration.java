package io.outcometracker.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.TurnedAway;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;

@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** None, unless traces are sent somewhere. */
    @Bean
    Tracer tracer(OpenTelemetry telemetry, ObjectProvider<SpanExporter> exporters) {
        return (exporters.stream().findAny().isPresent() ? telemetry : OpenTelemetry.noop())
                .getTracer("io.outcometracker");
    }

    @Bean
    MetricsReader metricsReader(
            ConsumerFactory<?, ?> kafka,
            MetricsProperties properties,
            Clock clock,
            MeterRegistry meters,
            Tracer tracer) {
        Map<String, Object> settings = new HashMap<>(kafka.getConfigurationProperties());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "metrics-service");
        settings.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new MetricsReader(
                () -> new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                properties.audience().sources(),
                new TopicIds(kafka.getConfigurationProperties())::of,
                clock,
                meters,
                tracer);
    }

    /** Its chains are anchored by those of the ingest-service, which reads the audit. */
    @Bean(destroyMethod = "close")
    AuditWriter auditWriter(ProducerFactory<?, ?> producers, Clock clock) {
        return new AuditWriter(
                "metrics-service",
                AuditWriter.producer(producers.getConfigurationProperties()),
                trial -> List.of(),
                clock);
    }

    @Bean
    MeterBinder auditFailures(AuditWriter audit) {
        return meters -> FunctionCounter.builder(
                        SeriesCatalogue.AUDIT_FAILURES.meterName(), audit, AuditWriter::failures)
                .description(SeriesCatalogue.AUDIT_FAILURES.help())
                .register(meters);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    TurnedAway turnedAway(AuditWriter audit, Clock clock) {
        return new TurnedAway(audit, clock);
    }

    @Bean
    CohortCollector cohortCollector(MetricsReader reader, Clock clock, PrometheusRegistry registry) {
        CohortCollector collector = new CohortCollector(reader, clock);
        registry.register(collector);
        return collector;
    }

    @Bean
    ScrapeExtension scrapeExtension(PrometheusRegistry registry) {
        return new ScrapeExtension(registry);
    }

    @Bean
    ExpositionConverter expositionConverter() {
        return new ExpositionConverter();
    }

    /** Part of readiness: whether all has been read that was there at the start. */
    @Bean
    HealthIndicator caughtUpHealthIndicator(MetricsReader reader) {
        return () -> (reader.isReady() ? Health.up() : Health.outOfService()).build();
    }
}

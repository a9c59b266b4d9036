package io.outcometracker.cohort;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.outcometracker.cohort.stream.CohortTopology;
import io.outcometracker.cohort.stream.StreamMeters;
import io.outcometracker.cohort.stream.StreamTraces;
import java.time.InstantSource;
import java.util.Properties;
import org.apache.kafka.streams.StreamsBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafkaStreams;
import org.springframework.kafka.config.StreamsBuilderFactoryBeanConfigurer;

/** The only place where the topology meets Spring. */
@Configuration(proxyBeanMethods = false)
@EnableKafkaStreams
class CohortConfiguration {

    @Autowired
    void addTopology(StreamsBuilder builder, CohortProperties properties, StreamMeters meters, Tracer tracer) {
        new CohortTopology(properties.publishInterval(), properties.publish(), meters, new StreamTraces(tracer))
                .addTo(builder);
    }

    /** None, unless traces are sent somewhere. */
    @Bean
    static Tracer tracer(OpenTelemetry telemetry, ObjectProvider<SpanExporter> exporters) {
        return (exporters.stream().findAny().isPresent() ? telemetry : OpenTelemetry.noop())
                .getTracer("io.outcometracker");
    }

    @Bean
    static StreamMeters streamMeters(MeterRegistry registry) {
        return new StreamMeters(registry);
    }

    /** Static, since the builder that the others need is configured by it. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer replaceFailedThreads() {
        return factory -> factory.setStreamsUncaughtExceptionHandler(new ThreadReplacement(InstantSource.system()));
    }

    /** An instance that stops says so, and its successors go on at once, not after session.timeout.ms. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer leaveWhenStopped() {
        return factory -> factory.setLeaveGroupOnClose(true);
    }

    @Bean
    static StreamsEnd streamsEnd(ApplicationContext service) {
        return new StreamsEnd(service);
    }

    @Bean(initMethod = "start")
    static ClockSetBack clockSetBack(ApplicationContext service) {
        return new ClockSetBack(service, InstantSource.system());
    }

    /** With the rest, it stops within the time that a container has for it, Kafka there or not. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer end(StreamsEnd end) {
        return factory -> {
            factory.setStateListener(end);
            factory.setCloseTimeout(10);
        };
    }

    @Bean
    static StreamsBuilderFactoryBeanConfigurer metersForDeadLetters(StreamMeters meters) {
        return factory -> {
            Properties settings = requireNonNull(factory.getStreamsConfiguration());
            settings.put(StreamMeters.SETTING, meters);
            factory.setStreamsConfiguration(settings);
        };
    }
}

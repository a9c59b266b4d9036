package io.outcometracker.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
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
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/** Puts the service together. */
@Configuration(proxyBeanMethods = false)
class IngestConfiguration {
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** What the promises of this service rest on is no setting. */
    @Bean
    DefaultKafkaProducerFactoryCustomizer safeProducer(IngestProperties properties) {
        int ackMillis = Math.toIntExact(properties.ackTimeout().toMillis());
        return factory -> factory.updateConfigs(Map.of(
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
    }

    @Bean
    RecordPublisher recordPublisher(ProducerFactory<String, byte[]> producers, IngestProperties properties) {
        return new RecordPublisher(producers.createProducer(), properties.ackTimeout());
    }

    @Bean
    ProtocolRegister protocolRegister(ConsumerFactory<String, byte[]> consumers) {
        return new ProtocolRegister(reader(consumers, "trials"));
    }

    @Bean
    Decisions decisions(ConsumerFactory<String, byte[]> consumers) {
        return new Decisions(reader(consumers, "dispositions"));
    }

    @Bean
    Intake intake(
            ProtocolRegister protocols,
            RecordPublisher publisher,
            Decisions decisions,
            MeterRegistry meters,
            Clock clock,
            IngestProperties properties) {
        return new Intake(protocols, publisher, decisions, new IngestMeters(meters), clock, properties.maxRecords());
    }

    @Bean
    ProtocolIntake protocolIntake(
            ProtocolRegister register, RecordPublisher publisher, Clock clock, IngestProperties properties) {
        return new ProtocolIntake(register, publisher, clock, properties.ackTimeout());
    }

    @Bean
    KafkaStart kafkaStart(KafkaAdmin admin, ProtocolRegister protocols, Decisions decisions) {
        return new KafkaStart(admin.getConfigurationProperties(), protocols, decisions);
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
        Properties settings = new Properties();
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // What the cohort-service takes back is not read.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return () -> consumers.createConsumer(null, "", "-" + topic, settings);
    }
}

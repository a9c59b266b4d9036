package io.outcometracker.cohort;

import io.outcometracker.cohort.stream.CohortTopology;
import io.outcometracker.contract.TopicSetup;
import io.outcometracker.contract.Topics;
import org.apache.kafka.streams.StreamsBuilder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafkaStreams;
import org.springframework.kafka.config.StreamsBuilderFactoryBeanConfigurer;
import org.springframework.kafka.core.KafkaAdmin;

/** The only place where the topology meets Spring. */
@Configuration(proxyBeanMethods = false)
@EnableKafkaStreams
class CohortConfiguration {

    @Autowired
    void addTopology(StreamsBuilder builder, CohortProperties properties, KafkaAdmin admin) {
        TopicSetup.ensure(admin.getConfigurationProperties(), Topics.all());
        new CohortTopology(properties.publishInterval()).addTo(builder);
    }

    /** Static, since the builder that the others need is configured by it. */
    @Bean
    static StreamsBuilderFactoryBeanConfigurer replaceFailedThreads() {
        return factory -> factory.setStreamsUncaughtExceptionHandler(new ThreadReplacement());
    }
}

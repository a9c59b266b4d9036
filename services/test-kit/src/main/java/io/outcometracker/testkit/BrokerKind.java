package io.outcometracker.testkit;

import static java.util.stream.Collectors.toMap;

import java.util.Locale;
import java.util.Map;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.testcontainers.kafka.KafkaContainer;

/** Where the broker of the tests runs. */
enum BrokerKind {
    EMBEDDED {
        @Override
        RunningBroker start() {
            var broker = new EmbeddedKafkaKraftBroker(1, 1);
            // By default it sets the system property spring.kafka.bootstrap-servers, which every Spring context would
            // obey.
            broker.brokerListProperty(EmbeddedKafkaBroker.SPRING_EMBEDDED_KAFKA_BROKERS);
            broker.brokerProperties(SETTINGS);
            broker.afterPropertiesSet();
            return new RunningBroker(broker.getBrokersAsString(), broker::destroy);
        }
    },

    CONTAINER {
        @Override
        RunningBroker start() {
            @SuppressWarnings("resource") // closed by RunningBroker
            var container = new KafkaContainer("apache/kafka:4.2.1")
                    .withEnv(SETTINGS.entrySet().stream()
                            .collect(toMap(
                                    it -> "KAFKA_"
                                            + it.getKey()
                                                    .toUpperCase(Locale.ROOT)
                                                    .replace('.', '_'),
                                    Map.Entry::getValue)));
            container.start();
            return new RunningBroker(container.getBootstrapServers(), container::stop);
        }
    };

    private static final Map<String, String> SETTINGS = Map.of(
            "auto.create.topics.enable", "false",
            "group.initial.rebalance.delay.ms", "0",
            "log.cleaner.dedupe.buffer.size", "4194304",
            "offsets.topic.num.partitions", "5",
            "offsets.topic.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "5",
            "transaction.state.log.replication.factor", "1");

    abstract RunningBroker start();
}

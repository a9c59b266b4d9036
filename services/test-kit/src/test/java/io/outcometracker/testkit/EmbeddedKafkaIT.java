package io.outcometracker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedKafkaIT extends KafkaContract {

    @RegisterExtension
    static final TestKafka kafka = new TestKafka(BrokerKind.EMBEDDED);

    @Override
    TestKafka kafka() {
        return kafka;
    }

    @Test
    void keepsItsAddressOutOfSpringContexts() {
        assertThat(System.getProperty("spring.kafka.bootstrap-servers")).isNull();
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class InAnotherClass {

        @RegisterExtension
        static final TestKafka another = new TestKafka(BrokerKind.EMBEDDED);

        private final String addressAtConstruction = another.bootstrapServers();

        @Test
        void isTheSameBroker() {
            assertThat(addressAtConstruction).isEqualTo(kafka.bootstrapServers());
        }
    }
}

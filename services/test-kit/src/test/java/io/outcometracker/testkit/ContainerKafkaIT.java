package io.outcometracker.testkit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.DockerClientFactory;

@Tag("docker")
@EnabledIf(value = "dockerAnswers", disabledReason = "no Docker engine answers")
class ContainerKafkaIT extends KafkaContract {

    @RegisterExtension
    static final TestKafka kafka = new TestKafka(BrokerKind.CONTAINER);

    static boolean dockerAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Override
    TestKafka kafka() {
        return kafka;
    }
}

package io.outcometracker.endtoend;

import io.outcometracker.testkit.TestKafka;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suites in {@code suites/*.yml}, through HTTP, Kafka and all services, however the product was started. */
class SuitesIT {
    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers = new SharedContainers();

    @TestFactory
    Stream<DynamicTest> suites() {
        return suites(product.client());
    }

    @TestFactory
    @Tag("docker")
    Stream<DynamicTest> suitesInContainers() {
        return suites(containers.product().client());
    }

    private static Stream<DynamicTest> suites(Client client) {
        return Suite.names().stream().map(name -> {
            Suite suite = Suite.read(name);
            return DynamicTest.dynamicTest(name + ": " + suite.says(), () -> suite.run(client, TestKafka.unique(name)));
        });
    }
}

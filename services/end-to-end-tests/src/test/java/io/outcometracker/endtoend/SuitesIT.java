package io.outcometracker.endtoend;

import io.outcometracker.testkit.TestKafka;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suites in {@code suites/*.yml}, through HTTP, Kafka and all services. */
class SuitesIT {
    @RegisterExtension
    static final SharedProduct product = new SharedProduct();

    @TestFactory
    Stream<DynamicTest> suites() {
        return Suite.names().stream().map(name -> {
            Suite suite = Suite.read(name);
            return DynamicTest.dynamicTest(
                    name + ": " + suite.says(), () -> suite.run(product.client(), TestKafka.unique(name)));
        });
    }
}

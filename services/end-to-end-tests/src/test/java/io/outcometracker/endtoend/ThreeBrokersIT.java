package io.outcometracker.endtoend;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One broker of three may be lost, and nobody need wait until it is back. Only with {@code -Pfaults}. */
@Tag("docker")
@Tag("faults")
class ThreeBrokersIT {
    @RegisterExtension
    static final SharedProduct undisturbed = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers = new SharedContainers("three", "infra/kafka/three-brokers.yml");

    @Test
    void whatWasAcknowledgedByTwoOfThreeCountsOnce() {
        ComposeProduct product = containers.product();
        new FaultTrial(product, undisturbed.client()).run("kill -9 of one broker of three", load -> {
            product.docker("kill", "--signal=KILL", product.broker());
            load.awaitMore(300);
            product.docker("start", product.broker());
        });
    }
}

package io.outcometracker.endtoend;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever dies while sites send: what was acknowledged counts once. Only with {@code -Pfaults}. */
@Tag("docker")
@Tag("faults")
class FaultsIT {
    private static final String CONTAINERS = "services/end-to-end-tests/src/test/containers/";

    @RegisterExtension
    static final SharedProduct undisturbed = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers =
            new SharedContainers("faults", CONTAINERS + "small-disk.yml", CONTAINERS + "clock.yml");

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedCountsOnce(Fault fault) {
        ComposeProduct product = containers.product();
        new FaultTrial(product, undisturbed.client()).run(fault.toString(), load -> fault.strike(product, load));
    }
}

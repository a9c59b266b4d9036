package io.outcometracker.endtoend;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One fault after the other, by a seed, for two minutes, or as many as {@code -Dsoak.minutes} says; {@code -Psoak} says 20. */
@Tag("docker")
class SoakIT {
    private static final int BETWEEN = 50;

    @RegisterExtension
    static final SharedProduct undisturbed = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers = new SharedContainers();

    @Test
    void whatWasAcknowledgedCountsOnceWhateverHappens() {
        ComposeProduct product = containers.product();
        Duration length = Duration.ofMinutes(Long.getLong("soak.minutes", 2));
        new FaultTrial(product, undisturbed.client()).run(length.toMinutes() + " minutes of random faults", load -> {
            Random random = new Random(load.seed());
            List<Fault> next = new ArrayList<>();
            Instant end = Instant.now().plus(length);
            while (Instant.now().isBefore(end)) {
                if (next.isEmpty()) {
                    next.addAll(EnumSet.range(Fault.INGEST_SERVICE_KILLED, Fault.COHORT_SERVICE_CUT_OFF));
                    Collections.shuffle(next, random);
                }
                Fault fault = next.remove(0);
                System.out.println(fault);
                fault.strike(product, load);
                load.awaitMore(random.nextInt(BETWEEN));
            }
        });
    }
}

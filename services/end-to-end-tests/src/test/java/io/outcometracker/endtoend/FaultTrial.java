package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.testkit.TestKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Sites send, something happens, sites go on sending; then everything that they were told is held against what there is. */
final class FaultTrial {
    private static final int BEFORE_AND_AFTER = 100;
    private static final Path TABLE = Path.of("target", "containers", "faults.md");

    private final ComposeProduct product;
    private final Client undisturbed;

    FaultTrial(ComposeProduct product, Client undisturbed) {
        this.product = product;
        this.undisturbed = undisturbed;
    }

    /** @param name as in the table in README.md */
    void run(String name, Consumer<Load> fault) {
        try (Load load = Load.start(product)) {
            System.out.printf("%s: -Dtest.seed=%d%n", name, load.seed());
            load.awaitMore(BEFORE_AND_AFTER);
            fault.accept(load);
            Duration recovery = recovery();
            load.awaitMore(BEFORE_AND_AFTER);
            load.end();
            product.awaitHealth();
            Outcome outcome = Outcome.of(load, product.client(), undisturbed);
            tell(name, outcome, recovery);
            assertThat(load.unexpected()).isEmpty();
            assertThat(outcome).matches(Outcome::isFlawless);
            assertThat(product.verify()).contains(", 0 differences");
        }
    }

    /** Until a record that was sent after the fault shows in the figures. */
    private Duration recovery() {
        Instant start = Instant.now();
        String trial = TestKafka.unique("recovery");
        await().atMost(ProductProcess.PATIENCE.multipliedBy(2))
                .ignoreExceptions()
                .untilAsserted(() -> assertCounts(product.client(), trial));
        return Duration.between(start, Instant.now());
    }

    private static void assertCounts(Client client, String trial) {
        assertThat(client.put(trial, Suite.protocol("load")).status()).isIn(200, 201);
        post(client, trial, Client.ENROLMENTS, """
                {"participant":"P","site":"S1","arm":"ACT","day1":"2025-01-06"}""");
        post(client, trial, Client.FOLLOW_UPS, """
                {"recordId":"R","site":"S1","participant":"P","visit":"BL","instrument":"NRS","value":5,"assessedOn":"2025-01-06"}""");
        assertThat(client.reported(trial, "metrics", new Cell("BL", "NRS", "all")))
                .hasValueSatisfying(it -> assertThat(it.get("n").intValue()).isEqualTo(1));
    }

    private static void post(Client client, String trial, String kind, String record) {
        assertThat(client.send(client.posting(client.ingest(), trial, kind, record))
                        .status())
                .isEqualTo(202);
    }

    private static void tell(String name, Outcome outcome, Duration recovery) {
        String row = "| %s | %d | %d | %d | %d | %d | %.0f |%n"
                .formatted(
                        name,
                        outcome.sent(),
                        outcome.acknowledged(),
                        outcome.lost(),
                        outcome.doubled(),
                        outcome.different(),
                        recovery.toMillis() / 1000.0);
        System.out.print(row);
        try {
            Files.writeString(TABLE, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

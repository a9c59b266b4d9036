package io.outcometracker.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.testkit.TestKafka;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** Killed, stopped and started again: nothing is lost, and nothing counts twice. */
class RestartIT {
    static final List<String> portOptions = ProductProcess.PORT_OPTIONS;

    /** Loads each study without being disturbed. */
    @RegisterExtension
    static final SharedProduct undisturbed = new SharedProduct();

    @TempDir
    Path data;

    @Test
    void aLoadThatIsKilledIsFinishedByTheSameCommand() {
        Study study = Study.SMALL;
        String[] command = {"--study", study.folder(), "--exit", "true"};
        try (ProductProcess killed = ProductProcess.start(data, command)) {
            killed.awaitLine("follow-ups of ");
            killed.kill();
            assertThat(killed.output()).doesNotContain("OK: ");
        }
        try (ProductProcess finished = ProductProcess.start(data, command)) {
            assertThat(finished.awaitExit()).as(finished.output()).isZero();
            assertThat(finished.output()).contains("OK: ");
        }
        study.loadOnce(undisturbed.process());
        try (ProductProcess later = ProductProcess.start(data)) {
            await().atMost(ProductProcess.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(study.metrics(later.client())).isEqualTo(study.metrics(undisturbed.client())));
        }
    }

    @Test
    void goesOnWhereItWasWhenItWasStopped() {
        String trial = TestKafka.unique("stopped");
        JsonNode metrics;
        try (ProductProcess product = ProductProcess.start(data)) {
            Suite.read("restart/before").run(product.client(), trial);
            metrics = product.client().settledMetrics(trial);
            product.stop();
        }
        try (ProductProcess product = ProductProcess.start(data)) {
            // With the times: what is the same is not published again.
            assertThat(product.client().metrics(trial)).isEqualTo(metrics);
            Suite.read("restart/after").goOn(product.client(), trial);
        }
    }

    @ParameterizedTest
    @FieldSource("portOptions")
    void saysWhichPortIsTakenAndWhichOptionChoosesAnother(String option) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProductProcess product = ProductProcess.start(data, option, String.valueOf(taken.getLocalPort()))) {
            assertThat(product.awaitExit()).isEqualTo(1);
            assertThat(product.output())
                    .contains("port " + taken.getLocalPort(), "is taken", option)
                    .doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void saysThatTheDataDirectoryIsInUse() {
        Path inUse = undisturbed.process().log().getParent();
        try (ProductProcess second = ProductProcess.start(inUse)) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.output()).contains("in use", inUse.toString()).doesNotContain("Exception");
        }
    }

    @Test
    void endsWithTheProcessThatStartedIt() {
        ProcessHandle child;
        try (ProductProcess parent = ProductProcess.run(ParentToKill.class, List.of(data.toString()))) {
            long pid = Long.parseLong(parent.awaitLine("child ").substring("child ".length()));
            child = ProcessHandle.of(pid).orElseThrow();
            parent.kill();
        }
        await().atMost(ProductProcess.PATIENCE).until(() -> !child.isAlive());
    }

    /** A process to be killed that runs the product in the directory of its argument. */
    static final class ParentToKill {
        private ParentToKill() {}

        public static void main(String[] directory) {
            try (ProductProcess child = ProductProcess.start(Path.of(directory[0]))) {
                child.ingest();
                System.out.println("child " + child.handle().pid());
                child.awaitExit();
            }
        }
    }
}

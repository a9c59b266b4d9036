package io.outcometracker.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Backup and restore by the commands of {@code infra/README.md}. What came after the backup is gone, so sites send all
 * again, as they may. Only with {@code -Pfaults}.
 */
@Tag("docker")
@Tag("faults")
class RestoreIT {
    @RegisterExtension
    static final SharedProduct undisturbed = new SharedProduct();

    @RegisterExtension
    static final SharedContainers containers = FaultsIT.containers;

    @Test
    void whatIsSentAgainAfterARestoreCountsOnce() throws IOException {
        ComposeProduct product = containers.product();
        Path backup = Files.createTempDirectory(Path.of("target", "containers").toAbsolutePath(), "backup-")
                .toAbsolutePath();
        new FaultTrial(product, undisturbed.client()).run("restored from a backup", load -> {
            List<String> volumes = product.volumes();
            stopped(
                    product,
                    () -> volumes.forEach(
                            it -> onVolume(product, it, backup, "tar -C /volume -czf /backup/" + it + " .")));
            load.awaitMore(200);
            stopped(
                    product,
                    () -> volumes.forEach(it -> onVolume(
                            product,
                            it,
                            backup,
                            "find /volume -mindepth 1 -delete; tar -C /volume -xzf /backup/" + it)));
            load.sendAllAgain();
        });
    }

    private static void stopped(ComposeProduct product, Runnable work) {
        List<String> all = product.allContainers();
        product.docker(with(List.of("stop", "--time=30"), all));
        work.run();
        product.docker(with(List.of("start"), all));
    }

    private static String[] with(List<String> command, List<String> more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private static void onVolume(ComposeProduct product, String volume, Path backup, String command) {
        product.docker(
                "run",
                "--rm",
                "--user=root",
                "--network=none",
                "--volume=" + volume + ":/volume",
                "--volume=" + backup + ":/backup",
                "--entrypoint=sh",
                product.inspect(product.broker(), "{{.Config.Image}}"),
                "-ec",
                command);
    }
}

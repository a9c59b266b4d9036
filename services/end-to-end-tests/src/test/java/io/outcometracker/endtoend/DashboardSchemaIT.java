package io.outcometracker.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outcometracker.testkit.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Grafana would understand the dashboards: they fit the types that it publishes, to which {@code src/test/grafana} holds them. */
class DashboardSchemaIT {
    private static final Path CHECK = Path.of("src/test/grafana");

    /** What somebody may write by mistake, and what is said of it. */
    private static final Map<String, Consumer<ObjectNode>> MISTAKES = Map.of(
            "/refresh must be string", it -> it.put("refresh", 30),
            "{\"additionalProperty\":\"pannels\"}", it -> it.putArray("pannels"),
            "/panels/0/type must be equal to constant", it -> panel(it).put("type", "graph"),
            "{\"additionalProperty\":\"colourMode\"}",
                    it -> panel(it).withObject("options").put("colourMode", "value"),
            "/panels/0/options/colorMode must be equal to one of",
                    it -> panel(it).withObject("options").put("colorMode", "loud"),
            "/panels/0/targets/0 must have required property 'expr'",
                    it -> ((ObjectNode) panel(it).at("/targets/0")).remove("expr"));

    private static List<String> said = List.of();

    private static ObjectNode panel(ObjectNode dashboard) {
        return (ObjectNode) dashboard.at("/panels/0");
    }

    @BeforeAll
    static void checkTheDashboardsAndSomeThatAreWrong() throws Exception {
        assumeTrue(Command.areOnPath("node", "npm"), "needs node and npm on the path");
        Path folder = Files.createDirectories(Path.of("target/grafana"));
        try (Stream<Path> files = Files.list(CHECK)) {
            for (Path file : files.toList()) {
                Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        List<String> command = new ArrayList<>(List.of("node", "check.mjs"));
        for (Dashboard dashboard : Dashboard.all()) {
            command.add(Dashboard.FOLDER
                    .resolve(dashboard.uid() + ".json")
                    .toAbsolutePath()
                    .normalize()
                    .toString());
        }
        int number = 0;
        for (Consumer<ObjectNode> mistake : MISTAKES.values()) {
            ObjectNode broken = (ObjectNode) Dashboard.all().get(0).json();
            mistake.accept(broken);
            Path file = folder.resolve("mistake-" + number++ + ".json");
            Files.writeString(file, broken.toString());
            command.add(file.getFileName().toString());
        }
        assumeTrue(
                Command.succeeds(
                        "npm",
                        "ci",
                        "--prefix",
                        folder.toString(),
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--prefer-offline"),
                "npm cannot fetch what package-lock.json names");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        said = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", said).isZero();
    }

    @Test
    void dashboardsFitTheTypesOfGrafana() {
        assertThat(said).noneMatch(it -> it.contains("outcomes-"));
    }

    @Test
    void whatDoesNotFitIsTold() {
        assertThat(MISTAKES.keySet()).allSatisfy(expected -> assertThat(said).anyMatch(it -> it.contains(expected)));
    }
}

package io.outcometracker.benchmarks.start;

import io.outcometracker.benchmarks.stage.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code infra/docker/Dockerfile} makes of a service's executable jar, but for the file system around it. */
record Image(Path jar, Path cache) {
    private static final Path OPTIONS = Path.of("..", "..", "infra", "docker", "java-options")
            .toAbsolutePath()
            .normalize();

    static final Map<String, String> ENVIRONMENT = Map.of("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");

    static Image of(String service, Path directory) {
        Path app = directory.resolve("app.jar");
        try {
            Files.createDirectories(directory);
            Files.copy(JavaProcess.jar(service), app);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end(JavaProcess.ofJar(
                "extract",
                app,
                directory,
                List.of("-Djarmode=tools"),
                List.of("extract", "--destination", "laid-out"),
                Map.of()));
        Image image = new Image(directory.resolve("laid-out").resolve("app.jar"), directory.resolve("app.aot"));
        List<String> training = new ArrayList<>(image.jvmOptions("-XX:AOTCacheOutput="));
        training.addAll(List.of("-Xmx512m", "-Dspring.context.exit=onRefresh"));
        end(JavaProcess.ofJar("training", image.jar, directory.resolve("training"), training, List.of(), ENVIRONMENT));
        return image;
    }

    private static void end(JavaProcess process) {
        try (process) {
            process.awaitSuccess();
        }
    }

    /** @param use what to do with the cache: the option's beginning */
    List<String> jvmOptions(String use) {
        return List.of("@" + OPTIONS, use + cache);
    }
}

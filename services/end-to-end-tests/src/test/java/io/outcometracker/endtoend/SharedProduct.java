package io.outcometracker.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The product, running for all tests of the build. As nothing that was posted ever goes away, a test takes a trial of its
 * own: {@link io.outcometracker.testkit.TestKafka#unique}.
 */
final class SharedProduct implements BeforeAllCallback {
    private @Nullable ProductProcess process;

    @Override
    public void beforeAll(ExtensionContext context) {
        process = context.getRoot()
                .getStore(Namespace.create(SharedProduct.class))
                .computeIfAbsent(SharedProduct.class, it -> start(), ProductProcess.class);
    }

    private static ProductProcess start() {
        return ProductProcess.start(newDirectory());
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "products")), "shared-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ProductProcess process() {
        return Objects.requireNonNull(process, "register it with @RegisterExtension, as a static field");
    }

    Client client() {
        return process().client();
    }
}

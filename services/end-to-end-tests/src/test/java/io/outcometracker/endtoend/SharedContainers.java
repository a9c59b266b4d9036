package io.outcometracker.endtoend;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** The product in containers, started by the first test of the build that asks for it, and running for all of them. */
final class SharedContainers implements BeforeAllCallback {
    private final String name;
    private final String[] files;
    private @Nullable Store store;

    SharedContainers() {
        this("shared");
    }

    /** @param files laid over {@code docker-compose.yml}, from the root of the project */
    SharedContainers(String name, String... files) {
        this.name = name;
        this.files = files;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        store = context.getRoot().getStore(Namespace.create(SharedContainers.class));
    }

    /** Skips the test where there is no Docker. */
    ComposeProduct product() {
        return Objects.requireNonNull(store, "register it with @RegisterExtension, as a static field")
                .computeIfAbsent(name, it -> ComposeProduct.start(name, files), ComposeProduct.class);
    }
}

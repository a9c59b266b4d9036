package io.outcometracker.testkit;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * A real Kafka broker, the same one for all tests of a JVM:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestKafka kafka = new TestKafka();
 *
 * @DynamicPropertySource
 * static void settings(DynamicPropertyRegistry registry) {
 *     registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
 * }
 * }</pre>
 *
 * <p>It runs inside the JVM, or in a container if {@code -Dtest.kafka=container} or the environment's {@code
 * TEST_KAFKA=container} says so. It creates no topic unasked. As tests share it and nothing is ever deleted, a test
 * takes {@linkplain #unique names of its own} for its topics or, where topics are given, for its trials.
 */
public final class TestKafka implements KafkaAccess, BeforeAllCallback, TestInstancePreConstructCallback {

    private final BrokerKind kind;
    private @Nullable String bootstrapServers;

    public TestKafka() {
        this(BrokerKind.valueOf(setting().toUpperCase(Locale.ROOT)));
    }

    TestKafka(BrokerKind kind) {
        this.kind = kind;
    }

    private static String setting() {
        return System.getProperty("test.kafka", System.getenv().getOrDefault("TEST_KAFKA", "embedded"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        bootstrapServers = context.getRoot()
                .getStore(Namespace.create(TestKafka.class))
                .computeIfAbsent(kind, BrokerKind::start, RunningBroker.class)
                .bootstrapServers();
    }

    /**
     * A test class with one instance for all its methods is constructed, and its Spring context built, before {@link
     * #beforeAll}.
     */
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        beforeAll(context);
    }

    @Override
    public String bootstrapServers() {
        if (bootstrapServers == null) {
            throw new IllegalStateException(
                    "TestKafka has not started: register it with @RegisterExtension, as a static field");
        }
        return bootstrapServers;
    }

    /** The prefix with a suffix that no other call gives. */
    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }
}

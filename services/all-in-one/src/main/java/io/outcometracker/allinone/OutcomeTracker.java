package io.outcometracker.allinone;

import io.outcometracker.cohort.CohortApplication;
import io.outcometracker.ingest.IngestApplication;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import io.outcometracker.ingest.security.LocalIssuer;
import io.outcometracker.loader.Tokens;
import io.outcometracker.metrics.MetricsApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole product in this JVM: a broker that keeps its records in a directory, and the three services. Stopped or
 * killed and started again with the same directory, it goes on where it was.
 */
public final class OutcomeTracker implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** Spring and Kafka load classes through the context class loader, which threads of the common pool lack. */
    private static final Executor NEW_THREAD = task -> new Thread(task, "outcome-tracker").start();

    /** The one of all services that has no web security; the others bring it onto the class path of this JVM. */
    private static final String COHORT_SERVICE_IS_OPEN = "spring.autoconfigure.exclude="
            + "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration";

    private final Ports ports;
    private final Path keyFile;
    private final EmbeddedBroker broker;
    private final List<ConfigurableApplicationContext> services = new ArrayList<>();

    private OutcomeTracker(Ports ports, Path keyFile, EmbeddedBroker broker) {
        this.ports = ports;
        this.keyFile = keyFile;
        this.broker = broker;
    }

    /**
     * Starts everything and returns when all of it serves.
     *
     * @param data holds the broker's log and the services' state; made if need be
     * @throws IllegalStateException saying what is in the way and how to mend it
     */
    public static OutcomeTracker start(Path data, Ports wanted) {
        Ports ports = wanted.chosen();
        ports.requireFree();
        EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"), ports.kafka());
        OutcomeTracker tracker = new OutcomeTracker(ports, data.resolve("token-key.json"), broker);
        try {
            tracker.startServices(data);
            return tracker;
        } catch (RuntimeException e) {
            tracker.close();
            throw e;
        }
    }

    private void startServices(Path data) {
        // The first service makes the topics, so that the others need not race for them.
        services.add(run(
                IngestApplication.application(),
                ports.ingest(),
                List.of(stateIn(data.resolve("ingest-service")), "outcomes.ingest.tokens.key-file=" + keyFile)));
        List<String> cohortSettings = List.of(
                stateIn(data.resolve("cohort-service")),
                COHORT_SERVICE_IS_OPEN,
                // After a crash, nobody waits for the member that died.
                "spring.kafka.streams.properties.group.instance.id=all-in-one");
        CompletableFuture<ConfigurableApplicationContext> cohort =
                inParallel(() -> run(CohortApplication.application(), ports.cohort(), cohortSettings));
        CompletableFuture<ConfigurableApplicationContext> metrics =
                inParallel(() -> run(MetricsApplication.application(), ports.metrics(), List.of()));
        Integer unblindedPort = ports.unblinded();
        Optional<CompletableFuture<ConfigurableApplicationContext>> unblinded = unblindedPort == null
                ? Optional.empty()
                : Optional.of(inParallel(() -> run(
                        MetricsApplication.application(),
                        unblindedPort,
                        List.of("outcomes.metrics.audience=unblinded"))));
        try {
            services.add(cohort.join());
            services.add(metrics.join());
            unblinded.ifPresent(it -> services.add(it.join()));
        } catch (CompletionException e) {
            throw new IllegalStateException("a service did not start: " + e.getCause(), e);
        }
        awaitReady(ingest());
        awaitReady(cohort());
        awaitReady(metrics());
        unblinded().ifPresent(OutcomeTracker::awaitReady);
    }

    private static String stateIn(Path directory) {
        return "spring.kafka.streams.state-dir=" + directory;
    }

    private static <T> CompletableFuture<T> inParallel(Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, NEW_THREAD);
    }

    private ConfigurableApplicationContext run(SpringApplicationBuilder service, int port, List<String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.port=" + port);
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--spring.kafka.bootstrap-servers=" + broker.bootstrapServers());
        settings.forEach(it -> arguments.add("--" + it));
        // Services first, then the broker: one hook of our own sees to the order.
        return service.registerShutdownHook(false).bannerMode(Banner.Mode.OFF).run(arguments.toArray(String[]::new));
    }

    private static void awaitReady(URI service) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest question = HttpRequest.newBuilder(service.resolve("/actuator/health/readiness"))
                .build();
        Instant deadline = Instant.now().plus(READY_WITHIN);
        try {
            while (client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("%s was not ready after %d s; its log says why"
                            .formatted(service, READY_WITHIN.toSeconds()));
                }
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            }
        } catch (IOException e) {
            throw new IllegalStateException(service + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + service + " started", e);
        }
    }

    public URI ingest() {
        return URI.create("http://127.0.0.1:" + ports.ingest());
    }

    public URI cohort() {
        return URI.create("http://127.0.0.1:" + ports.cohort());
    }

    public URI metrics() {
        return URI.create("http://127.0.0.1:" + ports.metrics());
    }

    /** The metrics-service of those who may know the arms of masked trials; empty if there is none. */
    public Optional<URI> unblinded() {
        return Optional.ofNullable(ports.unblinded()).map(port -> URI.create("http://127.0.0.1:" + port));
    }

    /** For a day, all trials and all sites. */
    public String token(Role role) {
        return LocalIssuer.of(keyFile, Clock.systemUTC())
                .token(new Caller(role.claim(), Set.of(role), Set.of("*"), Set.of("*")), Duration.ofDays(1));
    }

    /** What a study is loaded with. */
    public Tokens tokens() {
        return new Tokens(Stream.of(Role.SITE, Role.RANDOMISATION, Role.TRIAL_MANAGER, Role.STATISTICIAN)
                .collect(Collectors.toMap(Role::claim, this::token)));
    }

    /** Where Kafka clients connect. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /**
     * Returns when the product was closed.
     *
     * @throws IllegalStateException when the broker cannot go on, and why
     */
    void awaitEnd() {
        try {
            broker.ended().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "the broker ended: "
                            + Objects.requireNonNullElse(e.getCause(), e).getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        services.parallelStream().forEach(ConfigurableApplicationContext::close);
        broker.close();
    }
}

package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

class UnblindedReadsTest {
    /** The common pool may have one thread only, for which the second request would wait. */
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    private static final String METRICS = "/api/v1/trials/T1/metrics";

    private MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final List<Exception> refusals = new ArrayList<>();
    private final MetricsFold fold = new MetricsFold();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    private UnblindedReads filter = filter();

    private UnblindedReads filter() {
        return new UnblindedReads(
                new AuditWriter("metrics-service", producer, trial -> List.of(), clock),
                () -> Optional.of(fold.view(now)),
                new MetricsProperties(Audience.UNBLINDED, false, "roles", 200),
                (request, response, handler, failure) -> {
                    refusals.add(failure);
                    return null;
                },
                clock);
    }

    @BeforeEach
    void trial() {
        fold.protocol("T1", SampleTrial.protocol("T1"));
    }

    @AfterEach
    void signOut() {
        SecurityContextHolder.clearContext();
    }

    private static void signIn(String subject) {
        Jwt token = Jwt.withTokenValue("t")
                .header("alg", "none")
                .subject(subject)
                .claim("roles", List.of("statistician"))
                .build();
        SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(token, List.of()));
    }

    /** Whether it was answered. */
    private boolean get(String path) throws Exception {
        MockFilterChain chain = new MockFilterChain();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        filter.doFilter(request, new MockHttpServletResponse(), chain);
        return chain.getRequest() != null;
    }

    private List<AuditEntry> told() {
        return producer.history().stream()
                .map(it -> Topics.AUDIT.serde().deserializer().deserialize(it.topic(), it.value()))
                .toList();
    }

    @Test
    void tellsWhoReadsWhatBeforeItIsAnswered() throws Exception {
        signIn("stat-1");
        assertThat(get(METRICS)).isTrue();
        assertThat(get("/actuator/prometheus")).isTrue();

        assertThat(told())
                .extracting(
                        AuditEntry::action,
                        AuditEntry::trial,
                        AuditEntry::actorId,
                        it -> it.object().id())
                .containsExactly(
                        tuple(Action.UNBLINDED_READ, "T1", "stat-1", "metrics"),
                        tuple(Action.UNBLINDED_READ, null, "stat-1", "prometheus"));
        assertThat(told().get(0).actorRoles()).containsExactly("statistician");
    }

    @Test
    void tellsTheSameAgainOnlyAfterAnHour() throws Exception {
        signIn("stat-1");
        get(METRICS);
        get(METRICS);
        now = now.plus(Duration.ofMinutes(59));
        get(METRICS);
        assertThat(told()).hasSize(1);
        get("/api/v1/trials/T1/adverse-events");
        signIn("stat-2");
        get(METRICS);
        assertThat(told()).hasSize(3);
        now = now.plus(Duration.ofMinutes(1));
        signIn("stat-1");
        get(METRICS);
        assertThat(told()).hasSize(4);
    }

    @Test
    void remembersManyWhoReadButNotWithoutEnd() throws Exception {
        for (int i = 0; i < 2 * 10_000; i++) {
            signIn("stat-" + i % 10_000);
            get(METRICS);
        }
        assertThat(told()).hasSize(10_000);

        signIn("one more");
        get(METRICS);
        signIn("stat-0");
        get(METRICS);
        assertThat(told()).as("the first is forgotten").hasSize(10_002);
    }

    @Test
    void tellsOfWhoGoesOnReadingEveryHour() throws Exception {
        signIn("stat-1");
        get("/api/v1/trials/T1/events");
        Runnable before = filter.goingOn("T1", "events");
        signOut();
        before.run();
        assertThat(told()).hasSize(1);

        now = now.plus(Duration.ofHours(1));
        before.run();
        before.run();
        assertThat(told())
                .hasSize(2)
                .allSatisfy(it -> assertThat(it.actorId()).isEqualTo("stat-1"))
                .allSatisfy(it -> assertThat(it.object().id()).isEqualTo("events"));

        now = now.plus(Duration.ofHours(1));
        producer.sendException = new TimeoutException();
        assertThatThrownBy(before::run).isInstanceOf(RequestRefused.class);
    }

    @Test
    void whatIsReadWithoutSigningInIsToldToo() throws Exception {
        get(METRICS);
        assertThat(told())
                .singleElement()
                .satisfies(it -> assertThat(it.actorId()).isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page.js", "/api/v1/trials", "/api/v1/trials/T9/metrics", "/actuator/health"})
    void tellsNothingOfWhatNamesNoArm(String path) throws Exception {
        assertThat(get(path)).isTrue();
        assertThat(told()).isEmpty();
    }

    @Test
    void givesNothingThatCannotBeAudited() throws Exception {
        producer.sendException = new TimeoutException();
        assertThat(get(METRICS)).isFalse();
        assertThat(refusals)
                .singleElement()
                .satisfies(
                        it -> assertThat(((RequestRefused) it).getStatusCode().value())
                                .isEqualTo(503));

        producer.sendException = null;
        assertThat(get(METRICS)).isTrue();
        assertThat(told()).hasSize(1);
    }

    /** All of them are the same address to what answers them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/trials/T1/metric%73",
                "/api/v1/trials/T%31/metrics",
                "/api/v1/tri%61ls/T1/metrics",
                "/actuator/%70rometheus"
            })
    void tellsWhoReadsByAnAddressThatIsWrittenInAnotherWay(String path) throws Exception {
        assertThat(get(path)).isTrue();
        assertThat(told()).hasSize(1);
    }

    @Test
    void givesNothingToASecondOneBeforeTheEntryOfTheFirstIsStored() throws Exception {
        MockProducer<String, byte[]> slow =
                new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
        producer = slow;
        filter = filter();
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(this::getMetrics, NEW_THREAD);
        await().until(() -> slow.history().size() == 1);
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(this::getMetrics, NEW_THREAD);
        await().until(() -> slow.history().size() == 2 || second.isDone());

        assertThat(second).isNotDone();
        slow.completeNext();
        slow.completeNext();
        assertThat(first.join()).isTrue();
        assertThat(second.join()).isTrue();
    }

    private boolean getMetrics() {
        try {
            return get(METRICS);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}

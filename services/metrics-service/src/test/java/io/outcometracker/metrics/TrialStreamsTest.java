package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import io.outcometracker.metrics.Change.Message;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** When a stream says something, and when it ends, by a clock that the test sets. */
class TrialStreamsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final MetricsFold fold = new MetricsFold();
    private final AtomicInteger audited = new AtomicInteger();
    private volatile Instant now = NOON;
    private volatile @Nullable MetricsView view;
    private volatile boolean auditable = true;

    private final TrialStreams streams = new TrialStreams(
            () -> Optional.ofNullable(view), new MetricsProperties(Audience.SPONSOR, false, "roles", 10), new Clock() {
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
            });

    @RestController
    final class Door {
        @GetMapping("/")
        SseEmitter open(@RequestParam(required = false) @Nullable String id, @RequestParam long minutes) {
            return streams.open(
                    "T1",
                    new Filter(null, null, null),
                    Reader.ANYONE,
                    Bookmark.parse(id).orElse(null),
                    () -> {
                        if (!auditable) {
                            throw RequestRefused.notAudited();
                        }
                        audited.incrementAndGet();
                    },
                    NOON.plus(Duration.ofMinutes(minutes)));
        }
    }

    private final MockMvcTester http = MockMvcTester.of(
            List.of(new Door()),
            it -> it.setMessageConverters(new JacksonJsonHttpMessageConverter(Json.MAPPER))
                    .build());

    @BeforeEach
    void start() {
        fold.protocol("T1", SampleTrial.protocol("T1"));
        put(5, 1);
        streams.start();
    }

    @AfterEach
    void stop() {
        streams.stop();
    }

    private void put(double score, long offset) {
        CohortMetric metric = SampleMetric.of("T1", "M6", "NRS", Cohort.ALL, 3, score);
        fold.at(new Message(0, offset));
        fold.metric(metric.key(), metric);
        show(offset + 1);
    }

    private void show(long next) {
        fold.reached(new Progress("topics", NOON.minus(Duration.ofDays(1)), List.of(next)));
        view = fold.view(now);
    }

    private MvcTestResult open(String query) {
        return http.get().uri("/?" + query).asyncExchange();
    }

    private static String text(MvcTestResult stream) {
        return new String(stream.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
    }

    private static List<String> names(MvcTestResult stream) {
        return text(stream)
                .lines()
                .filter(it -> it.startsWith("event:"))
                .map(it -> it.substring("event:".length()))
                .toList();
    }

    private static String id(MvcTestResult stream) {
        return text(stream)
                .lines()
                .filter(it -> it.matches("id:.+"))
                .findFirst()
                .orElseThrow()
                .substring("id:".length());
    }

    private static void awaitNames(MvcTestResult stream, String... names) {
        await().untilAsserted(() -> assertThat(names(stream)).containsExactly(names));
    }

    private static void awaitEnd(MvcTestResult stream) {
        await().until(() -> isDone(stream));
    }

    private static boolean isDone(MvcTestResult stream) {
        try {
            stream.getMvcResult().getAsyncResult(1);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void givesASignOfLifeEveryFiveSecondsThoughNothingChanges() {
        MvcTestResult stream = open("minutes=600");
        awaitNames(stream, "reset", "trial", "metrics", "current");

        now = now.plusSeconds(4);
        show(2);
        now = now.plusSeconds(1);
        awaitNames(stream, "reset", "trial", "metrics", "current", "current");
        assertThat(text(stream))
                .contains("{\"completeAsOf\":\"2026-11-22T12:00:04Z\",\"at\":\"2026-11-22T12:00:05Z\"}");
        assertThat(audited).as("a sign of life is no reading").hasValue(1);
    }

    @Test
    void endsWithTheTokenAndAtTheLatestAfterAQuarterOfAnHour() {
        MvcTestResult shorter = open("minutes=3");
        MvcTestResult longer = open("minutes=600");
        awaitNames(longer, "reset", "trial", "metrics", "current");

        now = now.plusSeconds(179);
        awaitNames(longer, "reset", "trial", "metrics", "current", "current");
        assertThat(isDone(shorter)).isFalse();
        now = now.plusSeconds(1);
        awaitEnd(shorter);
        assertThat(isDone(longer)).isFalse();
        now = NOON.plusSeconds(900);
        awaitEnd(longer);
    }

    @Test
    void isAuditedEachTimeBeforeItTellsAndEndsWhereThatIsNotPossible() {
        MvcTestResult stream = open("minutes=600");
        awaitNames(stream, "reset", "trial", "metrics", "current");
        put(4, 2);
        awaitNames(stream, "reset", "trial", "metrics", "current", "metrics", "current");
        assertThat(audited).hasValue(2);

        auditable = false;
        put(3, 3);
        awaitEnd(stream);
        assertThat(text(stream)).contains("\"mean\":4.0").doesNotContain("\"mean\":3.0");
    }

    @Test
    void waitsUntilItHasReadAsFarAsTheInstanceThatToldTheReaderBefore() {
        put(4, 6);
        MvcTestResult before = open("minutes=600");
        awaitNames(before, "reset", "trial", "metrics", "current");
        String id = id(before);

        fold.reached(new Progress("topics", NOON.minus(Duration.ofDays(1)), List.of(5L)));
        view = fold.view(now);
        MvcTestResult stream = open("minutes=600&id=" + id);
        await().until(() -> text(stream).startsWith(":"));
        assertThat(names(stream)).isEmpty();

        put(3, 8);
        awaitNames(stream, "trial", "metrics", "current");
        assertThat(text(stream)).contains("\"mean\":3.0").doesNotContain("\"mean\":4.0");
    }

    @Test
    void beginsAnewForWhoIsFurtherThanAllThatThereIs() {
        MvcTestResult before = open("minutes=600");
        awaitNames(before, "reset", "trial", "metrics", "current");
        String id = id(before);

        MvcTestResult stream = open("minutes=600&id=" + id + "00");
        await().until(() -> text(stream).startsWith(":"));
        now = now.plusSeconds(1);
        show(2);
        awaitNames(stream, "reset", "trial", "metrics", "current");
    }

    /** Else who is cut off before the end of it would keep half of the rows, and be told no more than what changed. */
    @Test
    void takesTheIdBackTogetherWithTheRows() {
        MvcTestResult stream = open("minutes=600&id=0123456789abcdef.1.1");
        awaitNames(stream, "reset", "trial", "metrics", "current");

        assertThat(text(stream)).startsWith("id:\n");
    }

    @Test
    void saysThatATrialIsGoneAndThatItIsThereAgain() {
        MvcTestResult stream = open("minutes=600");
        awaitNames(stream, "reset", "trial", "metrics", "current");
        fold.at(new Message(0, 2));
        fold.protocol("T1", null);
        fold.metric("T1|M6|NRS|all", null);
        show(3);
        awaitNames(stream, "reset", "trial", "metrics", "current", "reset", "current");

        put(2, 3);
        awaitNames(stream, "reset", "trial", "metrics", "current", "reset", "current", "trial", "metrics", "current");
    }
}

package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class CloudEventTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeadLetter VALUE = new DeadLetter("cohort-service", "outcomes.trials.v1", 0, 0, "X", NOON);

    @Test
    void aMessageCarriesTheHeadersOfACloudEventInBinaryMode() {
        ProducerRecord<String, DeadLetter> message =
                CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "cohort-service", "id-1", NOON);
        assertThat(message.topic()).isEqualTo("outcomes.dead-letters.v1");
        assertThat(message.key()).isEqualTo("key");
        assertThat(message.value()).isEqualTo(VALUE);
        assertThat(headers(message))
                .isEqualTo(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "id-1",
                        "ce_type", "io.outcometracker.dead-letters.v1",
                        "ce_source", "/cohort-service",
                        "ce_time", "2026-03-01T12:00:00Z",
                        "content-type", "application/json"));
    }

    @Test
    void eachMessageWithoutAnIdGetsItsOwn() {
        String one = headers(CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "s", NOON))
                .get("ce_id");
        String other = headers(CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "s", NOON))
                .get("ce_id");
        assertThat(one).isNotEmpty().isNotEqualTo(other);
    }

    @Test
    void describingAMessageAgainReplacesItsHeaders() {
        ProducerRecord<String, DeadLetter> message =
                CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "s", "id-1", NOON);
        message.headers().add("traceparent", "kept".getBytes(UTF_8));
        CloudEvent.describe(message.headers(), Topics.TRIALS, "other", "id-2", NOON.plusSeconds(1));
        assertThat(headers(message))
                .containsEntry("ce_id", "id-2")
                .containsEntry("ce_type", "io.outcometracker.trials.v1")
                .containsEntry("traceparent", "kept")
                .hasSize(7);
    }

    @Test
    void aMessageGoesOnWithTheTraceOfTheThreadThatWritesIt() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        SpanContext span = SpanContext.createFromRemoteParent(
                trace,
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "anything").build());
        ProducerRecord<String, DeadLetter> message = Context.root()
                .with(Span.wrap(span))
                .with(Baggage.builder().put("who", "anybody").build())
                .wrapSupplier(() -> CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "s", "id-1", NOON))
                .get();

        assertThat(headers(message))
                .containsEntry("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .hasSize(7);
        assertThat(Span.fromContext(MessageTrace.of(message.headers()))
                        .getSpanContext()
                        .getTraceId())
                .isEqualTo(trace);
    }

    @Test
    void whatIsNoTraceIsPassedOver() {
        ProducerRecord<String, DeadLetter> message =
                CloudEvent.message(Topics.DEAD_LETTERS, "key", VALUE, "s", "id-1", NOON);
        assertThat(Span.fromContext(MessageTrace.of(message.headers())).getSpanContext())
                .isEqualTo(SpanContext.getInvalid());
        message.headers().add("traceparent", "00-x".getBytes(UTF_8)).add("traceparent", null);
        assertThat(Span.fromContext(MessageTrace.of(message.headers())).getSpanContext())
                .isEqualTo(SpanContext.getInvalid());
    }

    /** Fails on a header that is there twice. */
    private static Map<String, String> headers(ProducerRecord<?, ?> message) {
        return StreamSupport.stream(message.headers().spliterator(), false)
                .collect(Collectors.toMap(Header::key, it -> new String(it.value(), UTF_8)));
    }
}

package io.outcometracker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a message belongs to: W3C Trace Context, in the header {@code traceparent}. Of what else a client may send
 * along ({@code tracestate}, {@code baggage}) nothing is carried on, as anything may stand there.
 */
public final class MessageTrace {
    private static final String HEADER = "traceparent";
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
            Header header = Objects.requireNonNull(headers).lastHeader(key);
            return key.equals(HEADER) && header != null && header.value() != null
                    ? new String(header.value(), UTF_8)
                    : null;
        }
    };

    private MessageTrace() {}

    /** Nothing, where the message names no trace. */
    public static Context of(Headers headers) {
        return W3C.extract(Context.root(), headers, GETTER);
    }

    /** Takes away all headers but the one that names the trace. */
    public static void keepOnly(Headers headers) {
        for (Header header : headers.toArray()) {
            if (!header.key().equals(HEADER)) {
                headers.remove(header.key());
            }
        }
    }

    /** Puts the message into the trace that the thread is in. It stays as it is where that is in none. */
    public static void goOn(Headers headers) {
        W3C.inject(Context.current(), headers, (carrier, key, value) -> {
            if (key.equals(HEADER)) {
                Objects.requireNonNull(carrier).remove(key).add(key, value.getBytes(UTF_8));
            }
        });
    }
}

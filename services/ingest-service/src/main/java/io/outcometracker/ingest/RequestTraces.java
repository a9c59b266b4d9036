package io.outcometracker.ingest;

import static java.util.Objects.requireNonNull;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * A span for each request that may change something. It has the method, the pattern of the address and the status, and
 * nothing of the address itself, the body or the message of a failure, in which participants may be named.
 */
final class RequestTraces implements ObservationHandler<ServerRequestObservationContext> {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    /** Not {@code tracestate}, which may be anything that the client sends. */
    private static final String HEADER = "traceparent";

    private static final TextMapGetter<HttpServletRequest> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpServletRequest request) {
            return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable HttpServletRequest request, String key) {
            return key.equals(HEADER) ? requireNonNull(request).getHeader(key) : null;
        }
    };

    private final Tracer tracer;

    RequestTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof ServerRequestObservationContext request
                && !HttpMethod.GET.matches(request(request).getMethod())
                && !HttpMethod.HEAD.matches(request(request).getMethod());
    }

    @Override
    public void onStart(ServerRequestObservationContext context) {
        HttpServletRequest request = request(context);
        Context from = W3CTraceContextPropagator.getInstance().extract(Context.root(), request, GETTER);
        context.put(
                Span.class,
                tracer.spanBuilder(request.getMethod())
                        .setParent(from)
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute(METHOD, request.getMethod())
                        .startSpan());
    }

    /** Until {@link #onScopeClosed}. */
    @SuppressWarnings("MustBeClosedChecker")
    @Override
    public void onScopeOpened(ServerRequestObservationContext context) {
        context.put(Scope.class, span(context).makeCurrent());
    }

    @Override
    public void onScopeClosed(ServerRequestObservationContext context) {
        context.<Scope>getRequired(Scope.class).close();
    }

    @Override
    public void onStop(ServerRequestObservationContext context) {
        Span span = span(context);
        String route = context.getPathPattern();
        if (route != null) {
            span.updateName(request(context).getMethod() + ' ' + route).setAttribute(ROUTE, route);
        }
        if (context.getResponse() != null) {
            span.setAttribute(STATUS, (long) context.getResponse().getStatus());
        }
        span.end();
    }

    private static HttpServletRequest request(ServerRequestObservationContext context) {
        return requireNonNull(context.getCarrier());
    }

    private static Span span(ServerRequestObservationContext context) {
        return context.getRequired(Span.class);
    }
}

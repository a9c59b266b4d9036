package io.outcometracker.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes traces as an OpenTelemetry collector does: OTLP over HTTP. */
final class TraceReceiver implements AutoCloseable {
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** A span, and the service that it is of. */
    record Received(String service, Span span) {}

    TraceReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    private void take(HttpExchange request) throws IOException {
        try (request) {
            ExportTraceServiceRequest.parseFrom(request.getRequestBody())
                    .getResourceSpansList()
                    .forEach(this::add);
            request.sendResponseHeaders(200, -1);
        }
    }

    private void add(ResourceSpans spans) {
        String service = spans.getResource().getAttributesList().stream()
                .filter(it -> it.getKey().equals("service.name"))
                .map(it -> it.getValue().getStringValue())
                .findFirst()
                .orElse("");
        spans.getScopeSpansList().stream()
                .flatMap(it -> it.getSpansList().stream())
                .forEach(it -> received.add(new Received(service, it)));
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package io.outcometracker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.outcometracker.contract.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads server-sent events as any client does, and keeps what they leave: the rows by resource and place. */
final class EventReader implements AutoCloseable {
    /** @param id absent for all but {@code current} */
    record Event(String name, JsonNode data, @Nullable String id) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final InputStream body;
    private final Thread thread = new Thread(this::read, "event-reader");
    private volatile boolean ended;

    EventReader(HttpClient client, HttpRequest request) {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        body = response.body();
        thread.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            Map<String, String> fields = new TreeMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (fields.containsKey("data")) {
                        events.add(new Event(
                                fields.get("event"), Json.MAPPER.readTree(fields.get("data")), fields.get("id")));
                    }
                    fields.clear();
                } else if (!line.startsWith(":")) {
                    int colon = line.indexOf(':');
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException e) {
            // Closed, by this side or the other.
        }
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<String> names() {
        return events.stream().map(Event::name).toList();
    }

    /** The id of the last {@code current}, which there is already or comes. */
    String id() {
        await().until(() -> names().contains("current"));
        return events.stream()
                .filter(it -> it.name().equals("current"))
                .reduce((a, b) -> b)
                .orElseThrow()
                .id();
    }

    /** The rows of a resource as they were when the last {@code current} was read. */
    List<JsonNode> rows(String resource) {
        return state(Map.of()).entrySet().stream()
                .filter(it -> it.getKey().startsWith(resource + ' '))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** @param before what another reader had got until the id that this one began with */
    Map<String, JsonNode> state(Map<String, JsonNode> before) {
        Map<String, JsonNode> complete = before;
        Map<String, JsonNode> state = new TreeMap<>(before);
        for (Event event : events) {
            switch (event.name()) {
                case "reset" -> state.clear();
                case "trial" -> state.put("trial", event.data());
                case "removed" -> state.remove(key(event.data().path("resource").stringValue(), event.data()));
                case "current" -> complete = Map.copyOf(state);
                default -> state.put(key(event.name(), event.data()), event.data());
            }
        }
        return new TreeMap<>(complete);
    }

    private static String key(String resource, JsonNode row) {
        return resource
                + ' '
                + row.path("visit").asString("")
                + ' '
                + row.path("instrument").asString("")
                + ' '
                + row.path("cohort");
    }

    @Override
    public void close() {
        try {
            body.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

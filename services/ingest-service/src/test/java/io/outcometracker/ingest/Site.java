package io.outcometracker.ingest;

import io.outcometracker.testkit.TestKafka;
import io.outcometracker.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;

/** A client of a running service, with the token that each of its requests needs. */
record Site(HttpClient http, URI address) {
    static final TestTokens TOKENS = new TestTokens();

    /** By which a service takes the tokens. */
    static final String KEY_SETTING = "--outcomes.ingest.tokens.key-file=" + TOKENS.keyFile();

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    Site(int port) {
        this(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                URI.create("http://127.0.0.1:" + port));
    }

    static Site of(ConfigurableApplicationContext service) {
        return new Site(Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port")));
    }

    /** What a service needs to know of where it runs in a test. */
    static void addSettings(DynamicPropertyRegistry registry, TestKafka kafka, Path state) {
        registry.add("spring.kafka.bootstrap-servers", kafka::bootstrapServers);
        registry.add("spring.kafka.streams.state-dir", state::toString);
        registry.add("outcomes.ingest.tokens.key-file", TOKENS::keyFile);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT);
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(signed(request), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest signed(HttpRequest request) {
        String token = TOKENS.forRequest(request.method(), request.uri().getPath());
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .header("Authorization", "Bearer " + token)
                .build();
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<String> put(String path, String type, String body) {
        return send(request(path)
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> post(String path, String body) {
        return post(path, BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, BodyPublisher body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(body)
                .build());
    }

    CompletableFuture<HttpResponse<String>> postAndWait(String path, String body) {
        return http.sendAsync(
                signed(request(path)
                        .header("Content-Type", "application/json")
                        .header("Prefer", "wait=60")
                        .POST(BodyPublishers.ofString(body))
                        .build()),
                BodyHandlers.ofString());
    }
}

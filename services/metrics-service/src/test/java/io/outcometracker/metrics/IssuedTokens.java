package io.outcometracker.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.outcometracker.testkit.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.springframework.test.context.DynamicPropertyRegistry;

/** Tokens of an issuer that serves its keys. */
final class IssuedTokens implements AutoCloseable {
    private final TestTokens tokens = new TestTokens();
    private final HttpServer keys;
    private volatile boolean keysAreAway;

    IssuedTokens() {
        try {
            keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys.createContext("/keys", exchange -> {
            if (keysAreAway) {
                exchange.close();
                return;
            }
            byte[] body = tokens.publicKeys().getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keys.start();
    }

    void keysAreAway(boolean away) {
        keysAreAway = away;
    }

    TestTokens tokens() {
        return tokens;
    }

    void addSettings(DynamicPropertyRegistry registry) {
        registry.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", () -> TestTokens.ISSUER);
        registry.add(
                "spring.security.oauth2.resourceserver.jwt.jwk-set-uri",
                () -> "http://127.0.0.1:" + keys.getAddress().getPort() + "/keys");
    }

    @Override
    public void close() {
        keys.stop(0);
    }
}

package io.outcometracker.benchmarks.scrape;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks for all series, as Prometheus does. */
final class Scrape {
    /** How the names of threads that answer begin. */
    static final String ANSWERING = "http-";

    private static final String PATH = "actuator/prometheus";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";

    private Scrape() {}

    /** Till its last byte is there. */
    static Duration time(URI service) throws IOException {
        long start = System.nanoTime();
        try (InputStream body = open(service, OPEN_METRICS)) {
            byte[] part = new byte[1 << 16];
            int length = 0;
            while (length >= 0) {
                length = body.read(part);
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    static String text(URI service) throws IOException {
        try (InputStream body = open(service, PLAIN)) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(URI service, String accept) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) service.resolve(PATH).toURL().openConnection();
        connection.setRequestProperty("Accept", accept);
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(service + " answers " + connection.getResponseCode());
        }
        return connection.getInputStream();
    }

    /** The series that tell of trials, each with its number. */
    static Set<String> ofTrials(String text) {
        return text.lines()
                .filter(it -> it.startsWith("outcomes_") && it.contains("trial="))
                .collect(Collectors.toSet());
    }
}

package io.outcometracker.benchmarks.freshness;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Posts for the sites of the {@link Trial}. */
final class Sender {
    /** More would only wait for one another. */
    private static final int MOST_UNDER_WAY = 100;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final List<String> tokens;
    /** Never the same list twice. */
    private final AtomicLong lists = new AtomicLong();

    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    /** @param tokens of the trial's sites, in order */
    Sender(URI ingest, List<String> tokens) {
        this.address = ingest.resolve("api/v1/trials/" + Trial.NAME + "/follow-ups");
        this.tokens = tokens;
    }

    /** @return when it was answered, as {@link System#nanoTime} tells */
    long probe(int number) {
        try {
            HttpResponse<String> answer = http.send(
                    request(Trial.probe(number), tokens.get(number % tokens.size())), BodyHandlers.ofString());
            long answered = System.nanoTime();
            check(answer);
            return answered;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String body, String token) {
        return HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void check(HttpResponse<String> answer) {
        if (answer.statusCode() != HttpURLConnection.HTTP_ACCEPTED) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
    }

    /** Sends lists at even distances until it is closed. */
    Load load(int recordsPerSecond) {
        return new Load(Duration.ofSeconds(Trial.BATCH).dividedBy(recordsPerSecond));
    }

    /** What goes wrong is told by {@link #accepted}. */
    @SuppressWarnings("FutureReturnValueIgnored")
    final class Load implements AutoCloseable {
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicLong accepted = new AtomicLong();

        private Load(Duration distance) {
            clock.scheduleAtFixedRate(this::send, 0, distance.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void send() {
            if (underWay.get() >= MOST_UNDER_WAY) {
                return;
            }
            underWay.incrementAndGet();
            long number = lists.getAndIncrement();
            http.sendAsync(
                            request(Trial.load(number), tokens.get((int) (number % tokens.size()))),
                            BodyHandlers.ofString())
                    .whenComplete((answer, error) -> {
                        underWay.decrementAndGet();
                        if (error != null) {
                            failure.set(error.toString());
                        } else if (answer.statusCode() != HttpURLConnection.HTTP_ACCEPTED) {
                            failure.set(answer.statusCode() + " " + answer.body());
                        } else {
                            accepted.addAndGet(Trial.BATCH);
                        }
                    });
        }

        /** @throws IllegalStateException if anything was refused */
        long accepted() {
            if (failure.get() != null) {
                throw new IllegalStateException(failure.get());
            }
            return accepted.get();
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}

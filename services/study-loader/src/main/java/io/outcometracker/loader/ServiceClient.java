package io.outcometracker.loader;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.TrialSummary;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The product's HTTP interface as a site uses it. A service that is not reachable or answers 503 is asked again for
 * some time; any other answer that was not expected is a {@link LoadFailure}.
 */
final class ServiceClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration WAIT_FOR_DISPOSITIONS = Duration.ofSeconds(20);
    private static final Duration REQUEST_TIMEOUT = WAIT_FOR_DISPOSITIONS.plusSeconds(40);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Set<Integer> RETRIED = Set.of(429, 502, 503, 504);
    private static final int MOST_PROBLEMS_TOLD = 10;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final URI ingest;
    private final URI metrics;
    private final Tokens tokens;
    private final Duration timeout;

    /** @param timeout how long a service may be unreachable */
    ServiceClient(URI ingest, URI metrics, Tokens tokens, Duration timeout) {
        this.ingest = ingest;
        this.metrics = metrics;
        this.tokens = tokens;
        this.timeout = timeout;
    }

    /** The answer to posted records, in the order of the records. */
    record Answer(List<Result> results) {}

    /**
     * What became of one posted record.
     *
     * @param disposition absent or {@code PENDING} where it is not decided yet
     */
    record Result(
            String status,
            @Nullable String disposition,
            @Nullable List<Problem> problems) {}

    record Problem(String code, String pointer, String message) {
        @Override
        public String toString() {
            return code + ' ' + pointer + ": " + message;
        }
    }

    private record ProblemDetails(
            @Nullable String title,
            @Nullable String detail,
            @Nullable List<Problem> errors) {}

    private record ProtocolAnswer(int version, String result) {}

    Optional<Protocol> protocol(String trial) {
        HttpRequest request =
                request(Tokens.TRIAL_MANAGER, ingest, trialPath(trial)).GET().build();
        HttpResponse<byte[]> response = send(request);
        return response.statusCode() == 404
                ? Optional.empty()
                : Optional.of(read(request, requireStatus(request, response, 200), Protocol.class));
    }

    /** Returns {@code created}, {@code changed} or {@code unchanged}. */
    String put(Protocol protocol) {
        HttpRequest request = request(Tokens.TRIAL_MANAGER, ingest, trialPath(protocol.trial()))
                .header("Content-Type", "application/json")
                .PUT(json(protocol))
                .build();
        return read(request, requireStatus(request, send(request), 200, 201), ProtocolAnswer.class)
                .result();
    }

    Answer postEnrolments(String trial, List<EnrolmentRecord> enrolments) {
        return post(Tokens.RANDOMISATION, trialPath(trial) + "/enrolments", enrolments);
    }

    Answer postFollowUps(String trial, List<FollowUpRecord> followUps) {
        return post(Tokens.SITE, trialPath(trial) + "/follow-ups", followUps);
    }

    Answer postAdverseEvents(String trial, List<AdverseEventRecord> adverseEvents) {
        return post(Tokens.SITE, trialPath(trial) + "/adverse-events", adverseEvents);
    }

    private Answer post(String role, String path, List<?> records) {
        HttpRequest request = request(role, ingest, path)
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=" + WAIT_FOR_DISPOSITIONS.toSeconds())
                .POST(json(records))
                .build();
        HttpResponse<byte[]> response = requireStatus(request, send(request), 202, 207, 409, 422);
        Answer answer = read(request, response, Answer.class);
        if (answer.results() == null) {
            throw refusal(request, response);
        }
        if (answer.results().size() != records.size()) {
            throw new LoadFailure(describe(request) + " answered "
                    + answer.results().size() + " results for " + records.size() + " records");
        }
        return answer;
    }

    /**
     * Whom the metrics-service serves and what keeps small groups from being seen there.
     *
     * @param disclosure absent where nothing is hidden
     */
    record Audience(
            String trial, String audience, List<Cohort> cohorts, Protocol.@Nullable DisclosureRule disclosure) {}

    /** Empty where the trial or the service is not known yet. */
    Optional<Audience> audience(String trial) {
        return published("/api/v1/trials", Audience[].class).stream()
                .filter(it -> it.trial().equals(trial))
                .findFirst();
    }

    /** What is published about the trial now; nothing where the trial or the service is not known yet. */
    List<CohortMetric> metrics(String trial) {
        return published(trialPath(trial) + "/metrics", CohortMetric[].class);
    }

    /** Of cohorts whose adverse events are not published, there is none. */
    List<TrialSummary> summaries(String trial) {
        Map<Cohort, Events> events = published(trialPath(trial) + "/adverse-events", Events[].class).stream()
                .collect(toMap(Events::cohort, it -> it));
        return published(trialPath(trial) + "/participant-flow", Participants[].class).stream()
                .filter(it -> events.containsKey(it.cohort()))
                .map(it -> new TrialSummary(
                        it.trial(),
                        it.cohort(),
                        it.flow(),
                        requireNonNull(events.get(it.cohort())).adverseEvents(),
                        it.asOf(),
                        it.protocolVersion()))
                .toList();
    }

    private record Participants(
            String trial, Cohort cohort, TrialSummary.Flow flow, Instant asOf, int protocolVersion) {}

    private record Events(Cohort cohort, TrialSummary.AdverseEvents adverseEvents) {}

    private <T> List<T> published(String path, Class<T[]> type) {
        HttpRequest request = request(Tokens.STATISTICIAN, metrics, path).GET().build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() == 404 || RETRIED.contains(response.statusCode())) {
                return List.of();
            }
            return List.of(read(request, requireStatus(request, response, 200), type));
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadFailure("interrupted");
        }
    }

    private static String trialPath(String trial) {
        return "/api/v1/trials/" + trial;
    }

    private HttpRequest.Builder request(String role, URI base, String path) {
        String start = base.toString();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create((start.endsWith("/") ? start.substring(0, start.length() - 1) : start) + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", "application/json");
        tokens.of(role).ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request;
    }

    private static BodyPublisher json(Object body) {
        return BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        Deadline deadline = Deadline.in(timeout);
        Duration pause = FIRST_PAUSE;
        while (true) {
            String reason;
            try {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                if (!RETRIED.contains(response.statusCode())) {
                    return response;
                }
                reason = "answers " + response.statusCode();
            } catch (IOException e) {
                reason = "is not reachable (" + e.getClass().getSimpleName() + ")";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LoadFailure("interrupted");
            }
            if (deadline.isOver()) {
                throw new LoadFailure(describe(request) + " " + reason);
            }
            deadline.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static HttpResponse<byte[]> requireStatus(
            HttpRequest request, HttpResponse<byte[]> response, Integer... expected) {
        if (!Set.of(expected).contains(response.statusCode())) {
            throw refusal(request, response);
        }
        return response;
    }

    private static LoadFailure refusal(HttpRequest request, HttpResponse<byte[]> response) {
        StringBuilder message = new StringBuilder(describe(request) + " answered " + response.statusCode());
        try {
            ProblemDetails problem = Json.MAPPER.readValue(response.body(), ProblemDetails.class);
            if (problem.title() != null) {
                message.append(' ').append(problem.title());
            }
            if (problem.detail() != null) {
                message.append(": ").append(problem.detail());
            }
            if (problem.errors() != null) {
                message.append(problem.errors().stream()
                        .limit(MOST_PROBLEMS_TOLD)
                        .map(it -> "\n  " + it)
                        .collect(Collectors.joining()));
            }
        } catch (JacksonException e) {
            message.append(" without saying why");
        }
        return new LoadFailure(message.toString());
    }

    private static <T> T read(HttpRequest request, HttpResponse<byte[]> response, Class<T> type) {
        try {
            return Json.MAPPER.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new LoadFailure(describe(request) + " answered something unreadable");
        }
    }

    private static String describe(HttpRequest request) {
        return request.method() + ' ' + request.uri();
    }
}

package io.outcometracker.metrics;

import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;

/** A request that cannot be answered. */
final class RequestRefused extends ErrorResponseException {
    private RequestRefused(ProblemType type, String detail) {
        super(type.status(), type.saying(detail), null);
    }

    static RequestRefused unknownTrial() {
        return new RequestRefused(ProblemType.UNKNOWN_TRIAL, "There is neither a protocol nor a number of it.");
    }

    static RequestRefused stillReading() {
        RequestRefused refused = new RequestRefused(
                ProblemType.STILL_READING, "The service has not yet read all that was on Kafka when it started.");
        refused.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        return refused;
    }

    static RequestRefused notAudited() {
        RequestRefused refused = new RequestRefused(
                ProblemType.NOT_AUDITED, "What names arms is given only once it is written down who reads it.");
        refused.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
        return refused;
    }

    static RequestRefused tooManyStreams() {
        RequestRefused refused = new RequestRefused(
                ProblemType.TOO_MANY_STREAMS, "Once somebody has stopped following a trial, there is room again.");
        refused.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
        return refused;
    }
}

package io.outcometracker.metrics;

import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** What can be wrong with a request, as RFC 9457 wants it told. */
final class Problems {
    private Problems() {}

    static ErrorResponseException unknownTrial() {
        return problem(
                HttpStatus.NOT_FOUND,
                "unknown-trial",
                "Unknown trial",
                "There is neither a protocol nor a metric of it.");
    }

    static ErrorResponseException stillReading() {
        ErrorResponseException problem = problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "still-reading",
                "Still reading",
                "The service has not yet read all that was on Kafka when it started.");
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        return problem;
    }

    private static ErrorResponseException problem(HttpStatus status, String type, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(URI.create("urn:outcometracker:problem:" + type));
        body.setTitle(title);
        return new ErrorResponseException(status, body, null);
    }
}

package io.outcometracker.ingest.audit;

import static java.util.Objects.requireNonNull;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.ingest.domain.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Who asks, and in which request.
 *
 * @param requestId the trace id of the request's {@code traceparent}, or one of its own
 * @param clientSystem name and version of the program, as it calls itself
 */
public record Requester(
        Caller caller, String requestId, @Nullable String clientSystem) {
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.{0,64}");
    private static final Pattern PRODUCT = Pattern.compile("([A-Za-z0-9._-]{1,40}(/[A-Za-z0-9._-]{1,20})?)(\\s.*)?");

    public Requester {
        requireNonNull(caller, "caller");
        requireNonNull(requestId, "requestId");
    }

    public static Requester of(Caller caller, HttpServletRequest request) {
        String trace = group(TRACE, request.getHeader("traceparent"));
        return new Requester(
                caller,
                trace == null ? UUID.randomUUID().toString() : trace,
                group(PRODUCT, request.getHeader(HttpHeaders.USER_AGENT)));
    }

    private static @Nullable String group(Pattern pattern, @Nullable String header) {
        Matcher matcher = pattern.matcher(header == null ? "" : header);
        return matcher.matches() ? matcher.group(1) : null;
    }

    public AuditAct.Actor actor() {
        return new AuditAct.Actor(caller.id(), caller.roleClaims(), clientSystem, requestId);
    }
}

package io.outcometracker.ingest;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Keeps a client from taking the place of the others: so many requests a minute, at once or spread. A client is who it
 * says it is, if that was checked, or else the address that it comes from.
 */
final class RateLimit implements HandlerInterceptor {
    /** Clients that were not seen for longest are forgotten, which at worst lets one send more. */
    private static final int MAX_CLIENTS = 10_000;

    private final Bandwidth limit;
    private final TimeMeter time;
    private final Map<String, Bucket> clients = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_CLIENTS;
        }
    };

    RateLimit(int requestsPerMinute, TimeMeter time) {
        this.limit = Bandwidth.builder()
                .capacity(requestsPerMinute)
                .refillGreedy(requestsPerMinute, Duration.ofMinutes(1))
                .build();
        this.time = time;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // An answer that was waited for comes by here a second time.
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            ConsumptionProbe probe = bucket(client(request)).tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw RequestRefused.tooMany(Duration.ofNanos(probe.getNanosToWaitForRefill()));
            }
        }
        return true;
    }

    private static String client(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return caller == null ? "address " + request.getRemoteAddr() : "caller " + caller.getName();
    }

    private Bucket bucket(String client) {
        synchronized (clients) {
            return clients.computeIfAbsent(
                    client,
                    any -> Bucket.builder()
                            .addLimit(limit)
                            .withCustomTimePrecision(time)
                            .build());
        }
    }
}

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
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.AsyncHandlerInterceptor;

/**
 * Keeps a client from taking the place of the others: so many requests a minute, together or spread, and so many that
 * hold a thread, however slowly they are sent. A client is who it says it is, if that was checked, or else the address
 * that it comes from.
 */
final class RateLimit implements AsyncHandlerInterceptor {
    /** Clients that were not seen for longest are forgotten, which at worst lets one send more. */
    private static final int MAX_CLIENTS = 10_000;

    private static final String HELD = RateLimit.class.getName() + ".held";

    private final Bandwidth limit;
    private final int atOnce;
    private final TimeMeter time;
    private final Map<String, Client> clients = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Client> eldest) {
            return size() > MAX_CLIENTS;
        }
    };

    private record Client(Bucket bucket, Semaphore places) {}

    RateLimit(int requestsPerMinute, int atOnce, TimeMeter time) {
        this.atOnce = atOnce;
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
            Client client = client(request);
            ConsumptionProbe probe = client.bucket().tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw RequestRefused.tooMany(Duration.ofNanos(probe.getNanosToWaitForRefill()));
            }
            if (!client.places().tryAcquire()) {
                throw RequestRefused.tooManyAtOnce();
            }
            request.setAttribute(HELD, client.places());
        }
        return true;
    }

    /** Who waits for a decision holds no thread. */
    @Override
    public void afterConcurrentHandlingStarted(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        release(request);
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        release(request);
    }

    private static void release(HttpServletRequest request) {
        if (request.getAttribute(HELD) instanceof Semaphore held) {
            request.removeAttribute(HELD);
            held.release();
        }
    }

    /** Counts what is refused of one request, which leaves as much behind as requests do; whether there is room for more. */
    boolean mayRefuse(HttpServletRequest request, int refused) {
        return refused == 0 || client(request).bucket().tryConsumeAsMuchAsPossible(refused) == refused;
    }

    private Client client(HttpServletRequest request) {
        String name = name(request);
        synchronized (clients) {
            return clients.computeIfAbsent(
                    name,
                    any -> new Client(
                            Bucket.builder()
                                    .addLimit(limit)
                                    .withCustomTimePrecision(time)
                                    .build(),
                            new Semaphore(atOnce)));
        }
    }

    private static String name(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return caller == null ? "address " + request.getRemoteAddr() : "caller " + caller.getName();
    }
}

package io.outcometracker.metrics;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditUnavailable;
import io.outcometracker.contract.AuditWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Has it audited who reads what names arms, before they are answered. Who reads the same again within the hour, as the
 * page and Prometheus do all the time, is not told again.
 */
final class UnblindedReads extends OncePerRequestFilter {
    private static final PathPatternRequestMatcher.Builder PATHS = PathPatternRequestMatcher.withDefaults();
    /** As addresses are matched everywhere else: in whatever way their letters are encoded. */
    private static final RequestMatcher OF_TRIAL = PATHS.matcher("/api/v1/trials/{trial}/{what}");

    private static final RequestMatcher SCRAPE = PATHS.matcher("/actuator/prometheus");
    private static final Pattern WHAT = Pattern.compile("[a-z.-]{1,40}");
    private static final Duration TOLD_FOR = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_REMEMBERED = 10_000;

    private final AuditWriter audit;
    private final CurrentView current;
    private final MetricsProperties properties;
    private final HandlerExceptionResolver answers;
    private final Clock clock;
    private final Map<Read, Instant> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Read, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param trial absent where all are read */
    private record Read(Actor reader, @Nullable String trial, String what) {}

    UnblindedReads(
            AuditWriter audit,
            CurrentView current,
            MetricsProperties properties,
            HandlerExceptionResolver answers,
            Clock clock) {
        this.audit = audit;
        this.current = current;
        this.properties = properties;
        this.answers = answers;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Read read = read(request);
        if (read != null) {
            try {
                require(read);
            } catch (RequestRefused notAudited) {
                answers.resolveException(request, response, null, notAudited);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /**
     * To be run each time before the one who asks now is told more of it.
     *
     * @return throws {@link RequestRefused} if it cannot be audited
     */
    Runnable goingOn(String trial, String what) {
        Read read = new Read(reader(), trial, what);
        return () -> require(read);
    }

    private void require(Read read) {
        if (isNew(read)) {
            try {
                tell(read);
            } catch (AuditUnavailable e) {
                throw RequestRefused.notAudited();
            }
        }
    }

    /** Null for what names no arm, or is not there. */
    private @Nullable Read read(HttpServletRequest request) {
        if (SCRAPE.matches(request)) {
            return new Read(reader(), null, "prometheus");
        }
        Map<String, String> parts = OF_TRIAL.matcher(request).getVariables();
        String trial = parts.getOrDefault("trial", "");
        String what = parts.getOrDefault("what", "");
        boolean isThere = WHAT.matcher(what).matches()
                && current.get().flatMap(view -> view.trial(trial)).isPresent();
        return isThere ? new Read(reader(), trial, what) : null;
    }

    private Actor reader() {
        return Reader.actor(SecurityContextHolder.getContext().getAuthentication(), properties.rolesClaim());
    }

    private boolean isNew(Read read) {
        synchronized (told) {
            Instant last = told.get(read);
            return last == null || !last.plus(TOLD_FOR).isAfter(clock.instant());
        }
    }

    /** Who asks twice at the same time is told of twice: until the first entry is stored, it answers for nobody. */
    private void tell(Read read) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AuditObject object = new AuditObject(ObjectType.METRICS, read.what(), null);
        AuditAct act = new AuditAct(
                now, now, read.reader(), null, Action.UNBLINDED_READ, object, null, null, null, Outcome.ACCEPTED);
        audit.write(read.trial(), List.of(act), TIMEOUT);
        synchronized (told) {
            told.put(read, now);
        }
    }
}

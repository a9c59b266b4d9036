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
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Has it audited who reads what names arms, before they are answered. Who reads the same again within the hour, as the
 * page and Prometheus do all the time, is not told again.
 */
final class UnblindedReads extends OncePerRequestFilter {
    private static final Pattern OF_TRIAL = Pattern.compile("/api/v1/trials/([^/]+)/([a-z.-]{1,40})");
    private static final String SCRAPE = "/actuator/prometheus";
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
        Read read = read(request.getRequestURI());
        if (read != null && isNew(read)) {
            try {
                tell(read);
            } catch (AuditUnavailable e) {
                forget(read);
                answers.resolveException(request, response, null, RequestRefused.notAudited());
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** Null for what names no arm, or is not there. */
    private @Nullable Read read(String path) {
        if (path.equals(SCRAPE)) {
            return new Read(reader(), null, "prometheus");
        }
        Matcher matcher = OF_TRIAL.matcher(path);
        boolean isThere = matcher.matches()
                && current.get().flatMap(view -> view.trial(matcher.group(1))).isPresent();
        return isThere ? new Read(reader(), matcher.group(1), matcher.group(2)) : null;
    }

    private Actor reader() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof ClaimAccessor token
                ? new Actor(
                        authentication.getName(),
                        Reader.of(token, properties.rolesClaim()).roles().stream()
                                .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .sorted()
                                .toList(),
                        null,
                        null)
                : new Actor(null, null, null, null);
    }

    private boolean isNew(Read read) {
        Instant now = clock.instant();
        synchronized (told) {
            Instant last = told.get(read);
            if (last != null && last.plus(TOLD_FOR).isAfter(now)) {
                return false;
            }
            told.put(read, now);
            return true;
        }
    }

    private void forget(Read read) {
        synchronized (told) {
            told.remove(read);
        }
    }

    private void tell(Read read) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AuditObject object = new AuditObject(ObjectType.METRICS, read.what(), null, null, null, null, null);
        AuditAct act = new AuditAct(
                now, now, read.reader(), null, Action.UNBLINDED_READ, object, null, null, null, Outcome.ACCEPTED);
        audit.write(read.trial(), List.of(act), TIMEOUT);
    }
}

package io.outcometracker.contract;

import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.AuditEntry.ObjectType;
import io.outcometracker.contract.AuditEntry.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the audit who was turned away: the first of a kind at once, and those that follow together, once a minute, so
 * that nobody can flood it. It does not hold up the answer; what the audit does not take is told a minute later.
 */
public final class TurnedAway implements AutoCloseable {
    static final Duration TOGETHER = Duration.ofMinutes(1);
    /** Of who has no valid token there is one kind, so only those who have one can be many. */
    static final int MOST_KINDS = 1000;

    private static final Logger log = LoggerFactory.getLogger(TurnedAway.class);

    private final AuditWriter writer;
    private final Clock clock;
    private final Executor soon;
    private final ScheduledThreadPoolExecutor everyMinute;
    private final Map<Kind, Untold> kinds = new HashMap<>();

    private enum Reason {
        UNAUTHENTICATED,
        FORBIDDEN
    }

    /**
     * What somebody was kept from, where it is to be found with the trial.
     *
     * @param trial one that there is
     */
    public record Attempt(String trial, Action action, ObjectType object) {}

    private record Kind(
            Reason reason, @Nullable Actor actor, @Nullable Attempt attempt) {}

    /** @param count 0 for a kind that was told within the minute */
    private record Untold(int count, Instant since) {
        Untold and(Instant now) {
            return new Untold(count + 1, count == 0 ? now : since);
        }

        Untold without(Untold told, Instant now) {
            return new Untold(count - told.count, now);
        }
    }

    public TurnedAway(AuditWriter writer, Clock clock) {
        this(writer, clock, null);
    }

    /** @param soon runs what the answer does not wait for; absent for the thread that tells every minute */
    TurnedAway(AuditWriter writer, Clock clock, @Nullable Executor soon) {
        this.writer = writer;
        this.clock = clock;
        this.everyMinute = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "tell-turned-away");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        this.soon = soon == null ? everyMinute : soon;
    }

    public void start() {
        var unused = everyMinute.scheduleAtFixedRate(
                this::tellTogether, TOGETHER.toMillis(), TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Somebody without a valid token. */
    public void unauthenticated() {
        turnedAway(new Kind(Reason.UNAUTHENTICATED, null, null));
    }

    /**
     * Somebody whose roles do not include it.
     *
     * @param attempt absent for all that is not told apart
     */
    public void forbidden(Actor actor, @Nullable Attempt attempt) {
        turnedAway(new Kind(Reason.FORBIDDEN, actor, attempt));
    }

    private void turnedAway(Kind kind) {
        Instant now = now();
        Kind counted;
        Untold before;
        synchronized (kinds) {
            counted = kinds.containsKey(kind) || kinds.size() < MOST_KINDS ? kind : new Kind(kind.reason(), null, null);
            before = kinds.put(
                    counted, kinds.getOrDefault(counted, new Untold(0, now)).and(now));
        }
        if (before == null) {
            soon.execute(() -> tell(counted));
        }
    }

    void tellTogether() {
        List<Kind> some;
        synchronized (kinds) {
            kinds.values().removeIf(it -> it.count() == 0);
            some = List.copyOf(kinds.keySet());
        }
        for (Kind kind : some) {
            if (!tell(kind)) {
                return;
            }
        }
    }

    /** Whether the audit takes it. */
    private boolean tell(Kind kind) {
        Untold untold;
        synchronized (kinds) {
            untold = kinds.get(kind);
        }
        if (untold == null || untold.count() == 0) {
            return true;
        }
        Attempt attempt = kind.attempt();
        try {
            writer.append(attempt == null ? null : attempt.trial(), List.of(act(kind, untold)));
        } catch (RuntimeException e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("not audited yet: somebody was turned away");
            return false;
        }
        Instant now = now();
        synchronized (kinds) {
            kinds.computeIfPresent(kind, (any, all) -> all.without(untold, now));
        }
        return true;
    }

    private AuditAct act(Kind kind, Untold untold) {
        Attempt attempt = kind.attempt();
        return new AuditAct(
                untold.since(),
                now(),
                kind.actor(),
                null,
                attempt == null ? Action.LOGIN : attempt.action(),
                attempt == null ? null : new AuditObject(attempt.object(), null, null),
                kind.reason().name(),
                null,
                untold.count() == 1 ? null : Integer.valueOf(untold.count()),
                Outcome.REFUSED);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        everyMinute.shutdownNow();
        tellTogether();
    }
}

package io.outcometracker.ingest.audit;

import io.outcometracker.contract.AuditAct;
import io.outcometracker.contract.AuditAct.Actor;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.Outcome;
import io.outcometracker.contract.AuditUnavailable;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the audit who was turned away: the first of a kind at once, and those that follow together, once a minute, so
 * that nobody can flood it. It does not hold up the answer.
 */
public final class TurnedAway implements AutoCloseable {
    static final Duration TOGETHER = Duration.ofMinutes(1);
    /** Of who has no valid token there is one kind, so only those who have one can be many. */
    static final int MOST_KINDS = 1000;

    private static final Logger log = LoggerFactory.getLogger(TurnedAway.class);

    private final AuditWriter writer;
    private final Clock clock;
    private final ScheduledExecutorService everyMinute;
    private final Map<Kind, More> kinds = new HashMap<>();

    private enum Reason {
        UNAUTHENTICATED,
        FORBIDDEN
    }

    private record Kind(Reason reason, @Nullable Actor actor) {}

    /** Those after the first. */
    private record More(int count, Instant since) {
        More and(Instant now) {
            return new More(count + 1, count == 0 ? now : since);
        }
    }

    public TurnedAway(AuditWriter writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
        this.everyMinute = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tell-turned-away");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        var unused = everyMinute.scheduleAtFixedRate(
                this::tellTogether, TOGETHER.toMillis(), TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Somebody without a valid token. */
    public void unauthenticated() {
        turnedAway(new Kind(Reason.UNAUTHENTICATED, null));
    }

    /** Somebody whose roles do not include it. */
    public void forbidden(Caller caller) {
        List<String> roles = caller.roles().stream().map(Role::claim).sorted().toList();
        turnedAway(new Kind(Reason.FORBIDDEN, new Actor(caller.id(), roles, null, null)));
    }

    private synchronized void turnedAway(Kind kind) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Kind counted = kinds.containsKey(kind) || kinds.size() < MOST_KINDS ? kind : new Kind(kind.reason(), null);
        More more = kinds.get(counted);
        if (more == null) {
            kinds.put(counted, new More(0, now));
            tell(List.of(act(counted, now, now, null)));
        } else {
            kinds.put(counted, more.and(now));
        }
    }

    synchronized void tellTogether() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<AuditAct> acts = new ArrayList<>();
        for (Iterator<Map.Entry<Kind, More>> all = kinds.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Kind, More> kind = all.next();
            More more = kind.getValue();
            if (more.count() == 0) {
                all.remove();
            } else {
                acts.add(act(kind.getKey(), more.since(), now, more.count()));
                kind.setValue(new More(0, now));
            }
        }
        tell(acts);
    }

    private static AuditAct act(Kind kind, Instant since, Instant now, @Nullable Integer count) {
        return new AuditAct(
                since,
                now,
                kind.actor(),
                null,
                Action.LOGIN,
                null,
                kind.reason().name(),
                null,
                count,
                Outcome.REFUSED);
    }

    private void tell(List<AuditAct> acts) {
        try {
            writer.append(null, acts);
        } catch (AuditUnavailable e) {
            log.atWarn().addKeyValue("error", e.getMessage()).log("not audited: somebody was turned away");
        }
    }

    @Override
    public void close() {
        everyMinute.shutdownNow();
        tellTogether();
    }
}

package io.outcometracker.metrics;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.TrialSummary;
import io.outcometracker.metrics.Change.Kind;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/**
 * Tells those who follow a trial what changes. There is no queue: of each stream it is known up to where it was told, and
 * the view says what has changed since. So whoever is slow is told the latest of each place, not each one between, and
 * nothing is kept for them.
 */
final class TrialStreams implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TrialStreams.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    /** Then whoever follows has to show again that they may. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Three make an event. */
    private static final int MOST_UNSENT = 600;

    private final CurrentView current;
    private final Audience audience;
    private final int most;
    private final Clock clock;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService ticks;
    private @Nullable ExecutorService writers;

    TrialStreams(CurrentView current, MetricsProperties properties, Clock clock) {
        this.current = current;
        this.audience = properties.audience();
        this.most = properties.streams();
        this.clock = clock;
    }

    /**
     * @param told up to where; absent for nothing yet
     * @param audit to be run before anything is told; throws {@link RequestRefused}
     * @throws RequestRefused if there are too many
     */
    SseEmitter open(String trial, Filter filter, Reader reader, @Nullable Bookmark told, Runnable audit, Instant end) {
        Instant now = clock.instant();
        Instant latest = now.plus(LONGEST);
        Stream stream = new Stream(trial, filter, reader, told, audit, now, end.isBefore(latest) ? end : latest);
        synchronized (this) {
            if (!isRunning() || streams.size() >= most) {
                throw RequestRefused.tooManyStreams();
            }
            streams.add(stream);
        }
        return stream.events;
    }

    @Override
    public synchronized void start() {
        writers = Executors.newCachedThreadPool(new CustomizableThreadFactory("trial-streams-"));
        ticks = Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("trial-streams-due-"));
        var unused = ticks.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        ExecutorService writing;
        synchronized (this) {
            if (ticks == null || writers == null) {
                return;
            }
            ticks.shutdownNow();
            ticks = null;
            writing = writers;
            writers = null;
        }
        // At once, else the server would wait for them.
        streams.forEach(stream -> writing.execute(stream.events::complete));
        writing.shutdown();
    }

    @Override
    public synchronized boolean isRunning() {
        return writers != null;
    }

    private synchronized void look() {
        ExecutorService writing = writers;
        MetricsView view = current.get().orElse(null);
        if (writing == null || view == null) {
            return;
        }
        Instant now = clock.instant();
        for (Stream stream : streams) {
            if (stream.isDue(view, now) && stream.busy.compareAndSet(false, true)) {
                writing.execute(() -> stream.tell(view, now));
            }
        }
    }

    /** What is gone. */
    record Removed(
            String resource,
            @Nullable String visit,
            @Nullable String instrument,
            Cohort cohort) {
        static Removed of(String resource, Place place) {
            return place.visit().isEmpty()
                    ? new Removed(resource, null, null, place.cohort())
                    : new Removed(resource, place.visit(), place.instrument(), place.cohort());
        }
    }

    /** @param at by the clock of the service */
    record Current(Instant completeAsOf, Instant at) {}

    /** One who follows a trial; told by one thread at a time. */
    private final class Stream {
        private final SseEmitter events = new SseEmitter(0L);
        private final AtomicBoolean busy = new AtomicBoolean();
        private final String trial;
        private final Filter filter;
        private final Reader reader;
        private final Runnable audit;
        private final Instant opened;
        private final Instant end;
        private final Set<DataWithMediaType> unsent = new LinkedHashSet<>();
        private @Nullable Bookmark told;
        private @Nullable TrialEntry entry;
        private volatile @Nullable UUID revision;
        private volatile Instant lastSign = Instant.MIN;

        Stream(
                String trial,
                Filter filter,
                Reader reader,
                @Nullable Bookmark told,
                Runnable audit,
                Instant opened,
                Instant end) {
            this.trial = trial;
            this.filter = filter;
            this.reader = reader;
            this.told = told;
            this.audit = audit;
            this.opened = opened;
            this.end = end;
            events.onCompletion(() -> streams.remove(this));
            events.onError(failure -> streams.remove(this));
        }

        boolean isDue(MetricsView view, Instant now) {
            return !now.isBefore(end)
                    || !now.isBefore(lastSign.plus(SIGN_OF_LIFE))
                    || !view.trial(trial).map(TrialView::revision).equals(Optional.ofNullable(revision));
        }

        void tell(MetricsView view, Instant now) {
            try {
                if (now.isBefore(end)) {
                    tellChanges(view, now);
                } else {
                    events.complete();
                }
            } catch (IOException | IllegalStateException e) {
                // Gone; the server ends the request.
                log.debug("Somebody does not follow any more: {}", e.toString());
                streams.remove(this);
            } catch (RequestRefused notAudited) {
                events.complete();
            } catch (RuntimeException e) {
                log.error("Could not tell what has changed", e);
                events.complete();
            } finally {
                busy.set(false);
            }
        }

        private void tellChanges(MetricsView view, Instant now) throws IOException {
            Bookmark here = Bookmark.of(view, trial + ' ' + filter + ' ' + reader.share(audience));
            Bookmark from = told != null && told.leadsTo(view, here) ? told : null;
            if (from != null && from.isAheadOf(here)) {
                // Told by an instance that had read further. Who is behind even what was on Kafka since is so for ever.
                if (!view.completeAsOf().isAfter(opened)) {
                    signOfLife(now);
                    return;
                }
                from = null;
            }
            TrialView shown =
                    view.trial(trial).map(it -> reader.shown(it, audience)).orElse(null);
            if (shown == null ? revision != null : !shown.revision().equals(revision)) {
                audit.run();
                if (from == null || shown == null) {
                    // What was told before is to be forgotten, so where that ended is, too.
                    add(SseEmitter.event().id("").reconnectTime(RECONNECT.toMillis()), "reset", Map.of());
                }
                if (shown != null) {
                    addEntry(TrialEntry.of(shown, audience));
                    addRows(shown, from);
                }
            }
            add(SseEmitter.event().id(here.toString()), "current", new Current(view.completeAsOf(), clock.instant()));
            flush();
            told = here;
            revision = shown == null ? null : shown.revision();
            entry = shown == null ? null : entry;
            lastSign = now;
        }

        private void signOfLife(Instant now) throws IOException {
            if (!now.isBefore(lastSign.plus(SIGN_OF_LIFE))) {
                events.send(SseEmitter.event().comment("waiting for Kafka"));
                lastSign = now;
            }
        }

        private void addEntry(TrialEntry now) throws IOException {
            if (!now.equals(entry)) {
                entry = now;
                add("trial", now);
            }
        }

        private void addRows(TrialView shown, @Nullable Bookmark from) throws IOException {
            for (Change<?> change : shown.changes()) {
                boolean news = from == null ? change.value() != null : !from.has(change.message());
                if (news && filter.lets(change.place())) {
                    addRow(change);
                }
            }
        }

        private void addRow(Change<?> change) throws IOException {
            Object value = change.value();
            for (String resource : change.kind().resources()) {
                if (value == null) {
                    add("removed", Removed.of(resource, change.place()));
                } else {
                    add(resource, row(resource, value));
                }
            }
        }

        private static Object row(String resource, Object value) {
            if (value instanceof TrialSummary summary) {
                return resource.equals(Kind.FLOW) ? CohortFlow.of(summary) : CohortAdverseEvents.of(summary);
            }
            return value;
        }

        private void add(String name, Object data) throws IOException {
            add(SseEmitter.event(), name, data);
        }

        private void add(SseEventBuilder event, String name, Object data) throws IOException {
            unsent.addAll(
                    event.name(name).data(data, MediaType.APPLICATION_JSON).build());
            if (unsent.size() > MOST_UNSENT) {
                flush();
            }
        }

        private void flush() throws IOException {
            events.send(unsent);
            unsent.clear();
        }
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.Disposition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/**
 * Waits for what the cohort-service decides on records. Those that are awaited under the same id are decided in the
 * order in which they were announced. When the service stops, nobody waits any longer: before the web server waits for
 * the requests that it has.
 */
final class Decisions implements SmartLifecycle {
    private final Map<String, Deque<CompletableFuture<Disposition>>> awaited = new HashMap<>();
    private boolean stopped;

    /** What is awaited of one request. */
    final class Awaited {
        private final List<String> ids;
        private final List<CompletableFuture<Disposition>> decisions = new ArrayList<>();

        private Awaited(List<String> ids) {
            this.ids = List.copyOf(ids);
        }

        /** What was decided, in the order of the ids, once all is or the time is out. */
        CompletableFuture<List<Optional<Disposition>>> within(Duration timeout) {
            return CompletableFuture.allOf(decisions.toArray(CompletableFuture<?>[]::new))
                    .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(any -> {
                        forget();
                        return decisions.stream()
                                .map(it -> Optional.ofNullable(it.getNow(null)))
                                .toList();
                    });
        }

        void forget() {
            synchronized (awaited) {
                for (int i = 0; i < ids.size(); i++) {
                    CompletableFuture<Disposition> decision = decisions.get(i);
                    awaited.computeIfPresent(ids.get(i), (id, waiting) -> {
                        waiting.removeIf(it -> it == decision);
                        return waiting.isEmpty() ? null : waiting;
                    });
                }
            }
        }
    }

    /** Announces records before they are written, so that no decision is missed. */
    Awaited expect(List<String> ids) {
        Awaited request = new Awaited(ids);
        synchronized (awaited) {
            for (String id : ids) {
                CompletableFuture<Disposition> decision = new CompletableFuture<>();
                request.decisions.add(decision);
                if (stopped) {
                    decision.complete(null);
                }
                awaited.computeIfAbsent(id, any -> new ArrayDeque<>()).add(decision);
            }
        }
        return request;
    }

    void decided(Disposition disposition) {
        CompletableFuture<Disposition> waiter;
        synchronized (awaited) {
            Deque<CompletableFuture<Disposition>> waiting = awaited.get(id(disposition));
            waiter = waiting == null ? null : waiting.poll();
        }
        if (waiter != null) {
            waiter.complete(disposition);
        }
    }

    @Override
    public void start() {
        synchronized (awaited) {
            stopped = false;
        }
    }

    @Override
    public void stop() {
        List<CompletableFuture<Disposition>> undecided;
        synchronized (awaited) {
            stopped = true;
            undecided = awaited.values().stream().flatMap(Deque::stream).toList();
        }
        undecided.forEach(it -> it.complete(null));
    }

    @Override
    public boolean isRunning() {
        synchronized (awaited) {
            return !stopped;
        }
    }

    int awaitedIds() {
        synchronized (awaited) {
            return awaited.size();
        }
    }

    private static String id(Disposition disposition) {
        return disposition.key() + '|' + disposition.version();
    }
}

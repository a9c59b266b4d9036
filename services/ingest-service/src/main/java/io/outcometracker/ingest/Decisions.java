package io.outcometracker.ingest;

import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
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

/**
 * Waits for what the cohort-service decides on records. Those that are awaited under the same id are decided in the
 * order in which they were announced.
 */
final class Decisions {
    private final Map<String, Deque<CompletableFuture<Fate>>> awaited = new HashMap<>();

    /** What is awaited of one request. */
    final class Awaited {
        private final List<String> ids;
        private final List<CompletableFuture<Fate>> fates = new ArrayList<>();

        private Awaited(List<String> ids) {
            this.ids = List.copyOf(ids);
        }

        /** What was decided, in the order of the ids, once all is or the time is out. */
        CompletableFuture<List<Optional<Fate>>> within(Duration timeout) {
            return CompletableFuture.allOf(fates.toArray(CompletableFuture<?>[]::new))
                    .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(any -> {
                        forget();
                        return fates.stream()
                                .map(it -> Optional.ofNullable(it.getNow(null)))
                                .toList();
                    });
        }

        void forget() {
            synchronized (awaited) {
                for (int i = 0; i < ids.size(); i++) {
                    CompletableFuture<Fate> fate = fates.get(i);
                    awaited.computeIfPresent(ids.get(i), (id, waiting) -> {
                        waiting.removeIf(it -> it == fate);
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
                CompletableFuture<Fate> fate = new CompletableFuture<>();
                request.fates.add(fate);
                awaited.computeIfAbsent(id, any -> new ArrayDeque<>()).add(fate);
            }
        }
        return request;
    }

    void decided(Disposition disposition) {
        CompletableFuture<Fate> fate;
        synchronized (awaited) {
            Deque<CompletableFuture<Fate>> waiting = awaited.get(id(disposition));
            fate = waiting == null ? null : waiting.poll();
        }
        if (fate != null) {
            fate.complete(disposition.fate());
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

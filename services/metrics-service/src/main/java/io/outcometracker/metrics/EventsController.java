package io.outcometracker.metrics;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A trial as it changes, as server-sent events. */
@RestController
class EventsController {
    /** As for other requests, which Spring Security sees to. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(60);

    private final CurrentView current;
    private final TrialStreams streams;
    private final ObjectProvider<UnblindedReads> unblinded;

    EventsController(CurrentView current, TrialStreams streams, ObjectProvider<UnblindedReads> unblinded) {
        this.current = current;
        this.streams = streams;
        this.unblinded = unblinded;
    }

    @GetMapping(path = "/api/v1/trials/{trial}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<SseEmitter> events(
            @PathVariable String trial,
            Filter filter,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            Reader reader,
            @Nullable Principal who,
            HttpMethod method) {
        MetricsView view = current.get().orElseThrow(RequestRefused::stillReading);
        if (view.trial(trial).isEmpty()) {
            throw RequestRefused.unknownTrial();
        }
        if (method.equals(HttpMethod.HEAD)) {
            // Without a body nobody would ever be seen to leave, and would keep the place of one who follows.
            return answer().contentType(MediaType.TEXT_EVENT_STREAM).build();
        }
        UnblindedReads reads = unblinded.getIfAvailable();
        SseEmitter events = streams.open(
                trial,
                filter,
                reader,
                Bookmark.parse(lastEventId).orElse(null),
                reads == null ? () -> {} : reads.goingOn(trial, "events"),
                endOf(who));
        return answer().body(events);
    }

    private static ResponseEntity.BodyBuilder answer() {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                // So that a proxy does not hold events back.
                .header("X-Accel-Buffering", "no");
    }

    /** A session is looked at again when the stream is opened anew. */
    private static Instant endOf(@Nullable Principal who) {
        Instant expiry =
                who instanceof JwtAuthenticationToken it ? it.getToken().getExpiresAt() : null;
        return expiry == null ? Instant.MAX : expiry.plus(CLOCKS_DIFFER_BY);
    }
}

package io.outcometracker.ingest;

import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.Code;
import io.outcometracker.contract.Json;
import io.outcometracker.ingest.audit.AuditSight;
import io.outcometracker.ingest.audit.TrialAudit;
import io.outcometracker.ingest.audit.TrialAudit.Position;
import io.outcometracker.ingest.audit.TrialAudit.Told;
import io.outcometracker.ingest.domain.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Who did what in a trial, in pages. */
@RestController
class AuditController {
    private static final int MOST = 1000;

    private final TrialAudit audit;

    AuditController(TrialAudit audit) {
        this.audit = audit;
    }

    /**
     * Some entries, in the order in which they were written.
     *
     * @param after to be asked for next
     * @param more whether there is more; a page may be empty although there is
     */
    record Page(String trial, List<JsonNode> entries, long after, boolean more) {}

    @GetMapping(path = "/api/v1/trials/{trial}/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<String> get(
            @PathVariable String trial,
            @RequestParam(required = false) @Nullable String site,
            @RequestParam(required = false) @Nullable Instant since,
            @RequestParam(required = false) @Nullable Set<Action> action,
            @RequestParam(defaultValue = "-1") long after,
            @RequestParam(defaultValue = "100") int limit,
            Caller caller) {
        if (!Code.isValid(trial)) {
            throw RequestRefused.unknownTrial();
        }
        if (after < -1 || limit < 1 || limit > MOST) {
            throw new RequestRefused(
                    ProblemType.BAD_REQUEST, "after must be that of the page before, and limit 1 to " + MOST);
        }
        AuditSight sight = new AuditSight(caller);
        List<JsonNode> entries = new ArrayList<>();
        try {
            Position position = audit.read(trial, after, since, told -> {
                if (isAskedFor(told, site, action)) {
                    sight.of(told).ifPresent(entries::add);
                }
                return entries.size() < limit;
            });
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Json.MAPPER.writeValueAsString(new Page(trial, entries, position.after(), position.more())));
        } catch (KafkaException e) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "ask again later");
        }
    }

    private static boolean isAskedFor(Told told, @Nullable String site, @Nullable Set<Action> action) {
        return (site == null || site.equals(told.entry().site()))
                && (action == null || action.contains(told.entry().action()));
    }
}

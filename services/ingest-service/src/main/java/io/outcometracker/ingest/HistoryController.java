package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Json;
import io.outcometracker.ingest.audit.AuditIndex;
import io.outcometracker.ingest.audit.StoredRecords;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Every version of a record: who sent it, when, why, what it said and what became of it. */
@RestController
class HistoryController {
    private final AuditIndex index;
    private final StoredRecords records;
    private final RecordFates fates;

    HistoryController(AuditIndex index, StoredRecords records, RecordFates fates) {
        this.index = index;
        this.records = records;
        this.fates = fates;
    }

    /** In the order of the versions, and of one version that was sent again in the order in which it came. */
    record History(String trial, String recordId, List<Version> versions) {}

    /**
     * One version as it was sent once.
     *
     * @param disposition what became of it; absent where a later version took its place, or nothing is decided
     * @param record as it is stored, with the reason for the change; absent once the participant was erased
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Version(
            String auditId,
            @Nullable Integer version,
            Action action,
            Instant receivedAt,
            @Nullable String actorId,
            @Nullable List<String> actorRoles,
            @Nullable String site,
            @Nullable Fate disposition,
            @Nullable JsonNode record) {}

    @GetMapping("/api/v1/trials/{trial}/{records:follow-ups|adverse-events}/{recordId}/history")
    ResponseEntity<String> get(
            @PathVariable String trial, @PathVariable String records, @PathVariable String recordId, Caller caller) {
        RecordKind<?> kind = RecordKind.at(records);
        List<Version> versions = versions(trial, kind, recordId, caller);
        if (versions.isEmpty()) {
            throw new RequestRefused(ProblemType.UNKNOWN_RECORD, "no such record was accepted");
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Json.MAPPER.writeValueAsString(new History(trial, recordId, versions)));
    }

    private List<Version> versions(String trial, RecordKind<?> kind, String recordId, Caller caller) {
        try {
            List<AuditEntry> entries = index.versions(trial, RecordActs.type(kind.subject()), recordId).stream()
                    .filter(it -> maySee(caller, it))
                    .toList();
            List<AuditObject> objects = entries.stream()
                    .map(AuditEntry::object)
                    .filter(Objects::nonNull)
                    .toList();
            List<Disposition> decided = fates.find(trial, kind.subject(), recordId);
            Iterator<Optional<byte[]>> stored = this.records.read(objects).iterator();
            List<Version> versions = new ArrayList<>();
            entries.forEach(it -> versions.add(version(it, stored.next(), decided)));
            return versions;
        } catch (KafkaException e) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "ask again later");
        }
    }

    /** A site its own. */
    private static boolean maySee(Caller caller, AuditEntry entry) {
        return caller.isOneOf(Role.TRIAL_MANAGER, Role.STATISTICIAN, Role.AUDITOR)
                || (entry.site() != null && caller.isOfSite(entry.site()));
    }

    private static Version version(AuditEntry entry, Optional<byte[]> stored, List<Disposition> decided) {
        JsonNode record = stored.map(Json.MAPPER::readTree).orElse(null);
        Integer version = entry.object() == null ? null : entry.object().version();
        Disposition last = record == null
                ? null
                : decided.stream()
                        .filter(it -> it.participant()
                                .equals(record.path("participant").asString("")))
                        .findFirst()
                        .orElse(null);
        boolean erased = last != null && last.currentFate() == Fate.ERASED;
        return new Version(
                entry.auditId(),
                version,
                entry.action(),
                entry.receivedAt(),
                entry.actorId(),
                entry.actorRoles(),
                entry.site(),
                last == null || version == null ? null : fate(last, version),
                erased ? null : record);
    }

    private static @Nullable Fate fate(Disposition last, int version) {
        if (last.currentVersion() == version) {
            return last.currentFate();
        }
        return last.version() == version ? last.fate() : null;
    }
}

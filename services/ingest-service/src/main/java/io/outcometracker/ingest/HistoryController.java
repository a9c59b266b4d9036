package io.outcometracker.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.outcometracker.contract.AuditEntry;
import io.outcometracker.contract.AuditEntry.Action;
import io.outcometracker.contract.AuditEntry.AuditObject;
import io.outcometracker.contract.Disposition;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Json;
import io.outcometracker.contract.Protocol;
import io.outcometracker.ingest.audit.AuditIndex;
import io.outcometracker.ingest.audit.StoredRecords;
import io.outcometracker.ingest.domain.Caller;
import io.outcometracker.ingest.domain.OutOfWindow;
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
    private final Register<Protocol> protocols;

    HistoryController(AuditIndex index, StoredRecords records, RecordFates fates, Register<Protocol> protocols) {
        this.protocols = protocols;
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
     * @param window that it was assessed too early or too late; only of the version that stands
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
            @Nullable OutOfWindow window,
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
            List<AuditEntry> entries = index.versions(trial, RecordActs.type(kind.subject()), recordId);
            List<AuditObject> objects = entries.stream()
                    .map(AuditEntry::object)
                    .filter(Objects::nonNull)
                    .toList();
            List<Disposition> decided = fates.find(trial, kind.subject(), recordId);
            Iterator<Optional<byte[]>> stored = this.records.read(objects).iterator();
            List<Version> versions = new ArrayList<>();
            Protocol protocol = protocols.find(trial).orElseThrow(RequestRefused::unknownTrial);
            for (AuditEntry entry : entries) {
                JsonNode record = stored.next().map(Json.MAPPER::readTree).orElse(null);
                Disposition last = record == null ? null : last(decided, record);
                if (fates.isShownTo(caller, entry.site(), last)) {
                    versions.add(version(entry, record, last, protocol));
                }
            }
            return versions;
        } catch (KafkaException e) {
            throw new RequestRefused(ProblemType.KAFKA_UNAVAILABLE, "ask again later");
        }
    }

    private static @Nullable Disposition last(List<Disposition> decided, JsonNode record) {
        String participant = record.path("participant").asString("");
        return decided.stream()
                .filter(it -> it.participant().equals(participant))
                .findFirst()
                .orElse(null);
    }

    private static Version version(
            AuditEntry entry, @Nullable JsonNode record, @Nullable Disposition last, Protocol protocol) {
        Integer version = entry.object() == null ? null : entry.object().version();
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
                last == null || version == null || last.currentVersion() != version
                        ? null
                        : OutOfWindow.of(last, protocol).orElse(null),
                erased ? null : record);
    }

    private static @Nullable Fate fate(Disposition last, int version) {
        if (last.currentVersion() == version) {
            return last.currentFate();
        }
        return last.version() == version ? last.fate() : null;
    }
}

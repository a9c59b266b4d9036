package io.outcometracker.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.outcometracker.contract.AuditWriter;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.ingest.domain.ProblemCode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.LongStream;

/** Metrics of this service. */
final class IngestMeters {
    /** Records of known trials, accepted or refused. The reason is the code of the first problem. */
    static final String RECORDS = "outcomes.ingest.records";

    static final String ENTRY_DELAY = "outcomes.ingest.entry.delay";

    private static final Duration[] ENTRY_DELAY_BUCKETS = LongStream.of(
                    1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 90, 180, 365, 730)
            .mapToObj(Duration::ofDays)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;

    IngestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void accepted(String trial, RecordKind<?> kind, Object record) {
        count(trial, kind, "accepted", "none");
        if (record instanceof FollowUp followUp && followUp.version() == 1 && followUp.assessedOn() != null) {
            timeToEntry(followUp, followUp.assessedOn());
        }
    }

    void refused(String trial, RecordKind<?> kind, ProblemCode reason) {
        count(trial, kind, "refused", reason.name());
    }

    private void count(String trial, RecordKind<?> kind, String result, String reason) {
        Counter.builder(RECORDS)
                .description("Records of known trials in requests that were answered 202, 207 or 422")
                .tags("trial", trial, "kind", kind.subject().toString(), "result", result, "reason", reason)
                .register(registry)
                .increment();
    }

    private void timeToEntry(FollowUp followUp, LocalDate assessedOn) {
        Timer.builder(ENTRY_DELAY)
                .description(
                        "Time from the start of the day of assessment (UTC) to the acceptance of the first version of a follow-up")
                .tags("trial", followUp.trial(), "site", followUp.site())
                .serviceLevelObjectives(ENTRY_DELAY_BUCKETS)
                .register(registry)
                .record(Duration.between(assessedOn.atStartOfDay(ZoneOffset.UTC).toInstant(), followUp.receivedAt()));
    }

    void countFailuresOf(AuditWriter audit) {
        FunctionCounter.builder("outcomes.audit.failures", audit, AuditWriter::failures)
                .description("Times since the start that the audit could not be written in time")
                .register(registry);
    }
}

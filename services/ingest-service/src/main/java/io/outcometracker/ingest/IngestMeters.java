package io.outcometracker.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.outcometracker.ingest.domain.ProblemCode;

/** Metrics of this service. */
final class IngestMeters {
    /** Records of known trials, accepted or refused. The reason is the code of the first problem. */
    static final String RECORDS = "outcomes.ingest.records";

    private final MeterRegistry registry;

    IngestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void accepted(String trial, RecordKind<?> kind) {
        count(trial, kind, "accepted", "none");
    }

    void refused(String trial, RecordKind<?> kind, ProblemCode reason) {
        count(trial, kind, "refused", reason.name());
    }

    private void count(String trial, RecordKind<?> kind, String result, String reason) {
        registry.counter(RECORDS, "trial", trial, "kind", kind.subject().toString(), "result", result, "reason", reason)
                .increment();
    }
}

package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.contract.CohortMetric;

/** A study that cohort-service has been told of, and whose scores are amended from then on. */
final class HeldStudy implements AutoCloseable {
    static final String GROUP = "outcomes-cohort-service";

    private final Study study;
    private final StudyLog written;
    private final Log log;
    private final Amendments amendments;
    private final PublishedMetrics<CohortMetric> metrics;

    /** Tells it everything. */
    HeldStudy(Study study, Broker broker, StudyLog written, Log log) {
        this.study = study;
        this.written = written;
        this.log = log;
        amendments = new Amendments(study);
        metrics = PublishedMetrics.ofService(broker, Expected.of(study));
        written.write(study);
    }

    /** @param among how many of its participants the records are of */
    void amend(int records, int among) {
        amendments.write(records, among, written);
        written.flush();
        metrics.expect(Expected.of(study, amendments));
    }

    int participants() {
        return study.participants();
    }

    /** Whether everything that was told is committed, and published as it should be. */
    boolean isExact() {
        return metrics.areExact() && log.isDone(GROUP);
    }

    @Override
    public void close() {
        metrics.close();
    }
}

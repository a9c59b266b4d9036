package io.outcometracker.ingest;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Unblinding;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** Tells Prometheus how often each trial was unblinded: as Kafka has it, whichever instance took it, and also after a restart. */
final class UnblindingCollector implements MultiCollector {
    private final Register<Protocol> trials;
    private final Register<Unblinding> unblindings;

    UnblindingCollector(Register<Protocol> trials, Register<Unblinding> unblindings) {
        this.trials = trials;
        this.unblindings = unblindings;
    }

    @Override
    public MetricSnapshots collect() {
        List<Unblinding> held = unblindings.values();
        CounterSnapshot.Builder counts = CounterSnapshot.builder()
                .name("outcomes_ingest_unblindings")
                .help("Unblindings of a trial as a whole or of one participant, since the trial began");
        for (Protocol trial : trials.values()) {
            counts.dataPoint(point(trial.trial(), "trial", true, held));
            counts.dataPoint(point(trial.trial(), "participant", false, held));
        }
        return MetricSnapshots.of(counts.build());
    }

    private static CounterSnapshot.CounterDataPointSnapshot point(
            String trial, String scope, boolean ofTrial, List<Unblinding> held) {
        long count = held.stream()
                .filter(it -> it.trial().equals(trial) && it.isOfTrial() == ofTrial)
                .count();
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of("trial", trial, "scope", scope))
                .value((double) count)
                .build();
    }
}

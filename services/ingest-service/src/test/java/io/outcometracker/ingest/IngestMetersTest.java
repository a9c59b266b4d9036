package io.outcometracker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.outcometracker.contract.FollowUp;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topics;
import io.outcometracker.contract.Unblinding;
import io.outcometracker.testkit.WorkedExample;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IngestMetersTest {
    private static final Instant NOW = Instant.parse("2026-03-12T06:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final IngestMeters meters = new IngestMeters(registry);

    @Test
    void timesAFirstReportFromTheDayOfAssessment() {
        accept(followUp(1, LocalDate.parse("2026-03-10")));
        accept(followUp(1, LocalDate.parse("2026-03-12")));

        Timer delay = registry.get(IngestMeters.ENTRY_DELAY)
                .tags("trial", "T1", "site", "S1")
                .timer();
        assertThat(delay.count()).isEqualTo(2);
        assertThat(delay.totalTime(TimeUnit.SECONDS))
                .isEqualTo((double) Duration.ofHours(54 + 6).toSeconds());
    }

    @Test
    void timesNeitherAnAmendmentNorAVisitThatWasNotDone() {
        accept(followUp(2, LocalDate.parse("2026-03-10")));
        accept(followUp(1, null));

        assertThat(registry.find(IngestMeters.ENTRY_DELAY).timers()).isEmpty();
        assertThat(registry.get(IngestMeters.RECORDS).counter().count()).isEqualTo(2);
    }

    @Test
    void tellsOfEveryTrialHowOftenItWasUnblindedBeforeThereIsAnything() {
        Register<Protocol> trials = new Register<>(Topics.TRIALS, () -> {
            throw new IllegalStateException("not started");
        });
        Register<Unblinding> unblindings = new Register<>(Topics.UNBLINDINGS, () -> {
            throw new IllegalStateException("not started");
        });
        UnblindingCollector collector = new UnblindingCollector(trials, unblindings);
        String trial = WorkedExample.TRIAL;
        trials.hold(trial, WorkedExample.protocol());

        assertThat(count(collector, trial, "participant")).isZero();
        assertThat(count(collector, trial, "trial")).isZero();

        unblindings.hold(trial + "|P1", new Unblinding(trial, "P1", "DR-1", NOW, "emergency", NOW));
        unblindings.hold(trial + "|P2", new Unblinding(trial, "P2", "DR-1", NOW, "emergency", NOW));
        unblindings.hold("T2", new Unblinding("T2", null, "DMC-1", NOW, "end of the trial", NOW));

        assertThat(count(collector, trial, "participant")).isEqualTo(2);
        assertThat(count(collector, trial, "trial")).isZero();
    }

    private static double count(UnblindingCollector collector, String trial, String scope) {
        CounterSnapshot counts = (CounterSnapshot) collector.collect().get(0);
        return counts.getDataPoints().stream()
                .filter(it -> trial.equals(it.getLabels().get("trial")))
                .filter(it -> scope.equals(it.getLabels().get("scope")))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    private void accept(FollowUp record) {
        meters.accepted("T1", RecordKind.FOLLOW_UP, record);
    }

    private static FollowUp followUp(int version, @Nullable LocalDate assessedOn) {
        return new FollowUp(
                "T1",
                "R1",
                version,
                "S1",
                "P1",
                "M3",
                false,
                "NRS",
                assessedOn == null ? null : BigDecimal.ONE,
                null,
                null,
                null,
                assessedOn,
                assessedOn == null
                        ? FollowUp.Status.NOT_DONE
                        : version == 1 ? FollowUp.Status.FINAL : FollowUp.Status.AMENDED,
                version == 1 ? null : "typo",
                assessedOn == null ? "missed" : null,
                NOW,
                1);
    }
}

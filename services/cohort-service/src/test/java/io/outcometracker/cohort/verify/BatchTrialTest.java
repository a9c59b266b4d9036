package io.outcometracker.cohort.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.HedgesG;
import io.outcometracker.contract.CohortMetric.Interval;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import io.outcometracker.contract.Completeness;
import io.outcometracker.contract.Disposition.Fate;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Protocol.DisclosureRule;
import io.outcometracker.contract.TrialSummary.Flow;
import io.outcometracker.testkit.WorkedExample;
import io.outcometracker.testkit.WorkedExample.Expected;
import io.outcometracker.testkit.WorkedExample.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The second computation against figures that were checked in R, without the first. */
class BatchTrialTest {
    private static final double RELATIVE = 1e-9;
    private static final double ABSOLUTE = 1e-12;

    private static final Protocol PROTOCOL = withPValues(WorkedExample.protocol());

    private final BatchTrial trial = new BatchTrial(log());
    private final Map<String, CohortMetric> metrics = new HashMap<>();

    private static Protocol withPValues(Protocol it) {
        return new Protocol(
                it.trial(),
                it.title(),
                it.version(),
                it.masked(),
                it.arms(),
                it.sites(),
                it.visits(),
                it.instruments(),
                it.groupings(),
                true,
                null,
                null);
    }

    private static TrialLog log() {
        TrialLog log = new TrialLog();
        for (Step step : WorkedExample.steps()) {
            if (step.enrolment() != null) {
                log.enrolments().add(new Entry<>(0, step.seq(), step.enrolment()));
            }
            if (step.followUp() != null) {
                log.followUps().add(new Entry<>(0, step.seq(), step.followUp()));
            }
        }
        WorkedExample.screened().forEach(it -> log.enrolments().add(new Entry<>(0, 100, it)));
        return log;
    }

    @Test
    void recomputesEveryPublishedFigureOfTheExpectedTable() {
        Map<String, Integer> compared = new TreeMap<>();
        for (Expected expected : WorkedExample.expected()) {
            Double actual = actual(expected);
            if (actual != null) {
                double wanted = Double.parseDouble(expected.value());
                assertThat(actual)
                        .as("%s", expected)
                        .isCloseTo(wanted, within(Math.max(ABSOLUTE, Math.abs(wanted) * RELATIVE)));
                compared.merge(expected.scope(), 1, Integer::sum);
            }
        }
        assertThat(compared)
                .containsEntry("cohort", 18 * 11 + 12 * 11 + 12 * 3)
                .containsEntry("responder", 12 * 30)
                .containsEntry("between_value", 6 * 16)
                .containsEntry("between_change", 4 * 16)
                .containsEntry("ancova", 4 * 12)
                .containsEntry("completeness", 18 * 16)
                .containsEntry("consort", 16);
    }

    @Test
    void decidesAsTheExampleDoesOnWhatDoesNotCount() {
        Map<String, Fate> decided = new TreeMap<>();
        trial.participants()
                .values()
                .forEach(participant ->
                        participant.followUps().forEach((id, standing) -> decided.put(id, participant.fate(standing))));

        assertThat(decided).hasSize(55).containsEntry("P05-M4-NRS", Fate.WITHDRAWN);
        assertThat(decided).containsEntry("P07-W4-NRS-wrong", Fate.RETRACTED);
        decided.values().removeAll(List.of(Fate.WITHDRAWN, Fate.RETRACTED));
        assertThat(decided.values()).containsOnly(Fate.APPLIED);
    }

    private @Nullable Double actual(Expected it) {
        return switch (it.scope()) {
            case "cohort" -> cohortFigure(metric(it, it.arm()), it.metric());
            case "responder" -> responders(metric(it, it.arm()), it.metric());
            case "between_value" -> difference(versusControl(it).value(), it.metric());
            case "between_change" ->
                difference(Objects.requireNonNull(versusControl(it).change()), it.metric());
            case "ancova" -> ancova(Objects.requireNonNull(versusControl(it).ancova()), it.metric());
            case "completeness" -> completeness(it);
            case "consort" -> flow(it);
            case "scope" -> null;
            default -> throw new IllegalStateException(it.scope());
        };
    }

    private CohortMetric metric(Expected it, String arm) {
        String key = CohortMetric.key(endpoint(it), cohort(arm));
        if (!metrics.containsKey(key)) {
            batch(it)
                    .metrics(Audience.UNBLINDED, new DisclosureRule(1, null), true)
                    .forEach(metric -> metrics.put(metric.key(), metric));
        }
        return Objects.requireNonNull(metrics.get(key));
    }

    private static Endpoint endpoint(Expected it) {
        return new Endpoint(WorkedExample.TRIAL, it.visit(), it.instrument());
    }

    private BatchEndpoint batch(Expected it) {
        return trial.endpoint(endpoint(it), PROTOCOL, WorkedExample.AS_OF);
    }

    private ArmComparison versusControl(Expected it) {
        assertThat(it.arm()).isEqualTo("ACT-PBO");
        return Objects.requireNonNull(metric(it, "ACT").versusControl());
    }

    private static Cohort cohort(String arm) {
        return arm.equals("ALL") ? Cohort.ALL : Cohort.arm(arm);
    }

    private static @Nullable Double cohortFigure(CohortMetric metric, String name) {
        if (name.startsWith("pchg_")) {
            return figure(Objects.requireNonNull(metric.percentChange()), name.substring("pchg_".length()));
        }
        return name.startsWith("chg_")
                ? figure(Objects.requireNonNull(metric.change()), name.substring("chg_".length()))
                : figure(Objects.requireNonNull(metric.value()), name);
    }

    private static @Nullable Double figure(Distribution it, String name) {
        return switch (name) {
            case "n" -> (double) it.n();
            case "mean" -> it.mean();
            case "sd" -> it.sd();
            case "se" -> it.se();
            case "ci_lo" -> Objects.requireNonNull(it.ci()).low();
            case "ci_hi" -> Objects.requireNonNull(it.ci()).high();
            case "q1" -> it.q1();
            case "median" -> it.median();
            case "q3" -> it.q3();
            case "min" -> it.min();
            case "max" -> it.max();
            default -> null; // sums, and quartiles of other types
        };
    }

    private static Double responders(CohortMetric metric, String name) {
        Responders responders = Objects.requireNonNull(metric.responders());
        String[] parts = name.split("_", 3);
        ResponderRate rate = Objects.requireNonNull(
                switch (parts[0]) {
                    case "resp30" -> responders.thirtyPercent();
                    case "resp50" -> responders.fiftyPercent();
                    default -> responders.mcid();
                });
        Proportion proportion = parts[1].equals("oc") ? rate.observed() : rate.imputed();
        Interval ci = Objects.requireNonNull(proportion.ci());
        return switch (parts[2]) {
            case "k" -> (double) proportion.k();
            case "n" -> (double) proportion.n();
            case "pct" -> 100 * Objects.requireNonNull(proportion.rate());
            case "lo_pct" -> 100 * ci.low();
            case "hi_pct" -> 100 * ci.high();
            default -> throw new IllegalStateException(name);
        };
    }

    private static @Nullable Double difference(MeanDifference it, String name) {
        HedgesG g = Objects.requireNonNull(it.hedgesG());
        return switch (name) {
            case "n_act" -> (double) it.nActive();
            case "n_ctl" -> (double) it.nControl();
            case "diff" -> it.difference();
            case "se" -> it.se();
            case "df" -> it.df();
            case "t" -> it.t();
            case "p" -> it.p();
            case "ci_lo" -> Objects.requireNonNull(it.ci()).low();
            case "ci_hi" -> Objects.requireNonNull(it.ci()).high();
            case "sd_pooled" -> g.pooledSd();
            case "cohen_d" -> g.d();
            case "hedges_j" -> g.correction();
            case "hedges_g" -> g.g();
            case "hedges_g_se" -> g.se();
            case "hedges_g_ci_lo" -> Objects.requireNonNull(g.ci()).low();
            case "hedges_g_ci_hi" -> Objects.requireNonNull(g.ci()).high();
            default -> null; // the approximation of J
        };
    }

    private static @Nullable Double ancova(Ancova it, String name) {
        return switch (name) {
            case "n_act" -> (double) it.nActive();
            case "n_ctl" -> (double) it.nControl();
            case "slope" -> it.slope();
            case "adj_diff" -> it.difference();
            case "df" -> (double) Objects.requireNonNull(it.df());
            case "se" -> it.se();
            case "t" -> it.t();
            case "p" -> it.p();
            case "ci_lo" -> Objects.requireNonNull(it.ci()).low();
            case "ci_hi" -> Objects.requireNonNull(it.ci()).high();
            case "lsmean_act" -> it.adjustedMeanActive();
            case "lsmean_ctl" -> it.adjustedMeanControl();
            default -> null; // sums and residual variance
        };
    }

    private double completeness(Expected expected) {
        Completeness.Counts it =
                batch(expected).completeness(cohort(expected.arm())).counts();
        return switch (expected.metric()) {
            case "RECEIVED_IN_WINDOW" -> it.receivedInWindow();
            case "RECEIVED_EARLY" -> it.receivedEarly();
            case "RECEIVED_LATE" -> it.receivedLate();
            case "NOT_DONE" -> it.notDone();
            case "NOT_EXPECTED" -> it.notExpected();
            case "NOT_DUE" -> it.notDue();
            case "DUE" -> it.due();
            case "MISSED" -> it.missed();
            case "OVERDUE" -> it.overdue();
            case "randomised" -> it.randomised();
            case "received" -> it.received();
            case "expected" -> it.expected();
            case "missing" -> it.missing();
            case "completeness_pct" -> 100 * Objects.requireNonNull(it.completeness());
            case "retention_pct" -> 100 * Objects.requireNonNull(it.retention());
            case "out_of_window_pct" -> 100 * Objects.requireNonNull(it.outOfWindow());
            default -> throw new IllegalStateException(expected.metric());
        };
    }

    private @Nullable Double flow(Expected expected) {
        Flow it = trial.summary(cohort(expected.arm()), PROTOCOL, WorkedExample.AS_OF)
                .flow();
        Long count = switch (expected.metric()) {
            case "assessed" -> it.assessed();
            case "excluded" -> it.excluded();
            case "excluded_ineligible" -> it.excludedBy().get("INELIGIBLE");
            case "excluded_declined" -> it.excludedBy().get("DECLINED");
            case "randomised" -> it.randomised();
            case "withdrawn" -> it.withdrawn();
            case "lost_to_follow_up" -> it.leftBy().getOrDefault("LOST TO FOLLOW-UP", 0L);
            case "on_study" -> it.onStudy();
            default -> null; // analysed: n of the metric
        };
        return count == null ? null : count.doubleValue();
    }
}

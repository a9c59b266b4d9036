package io.outcometracker.metrics;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Ancova;
import io.outcometracker.contract.CohortMetric.ArmComparison;
import io.outcometracker.contract.CohortMetric.MeanDifference;
import io.outcometracker.contract.Protocol;
import io.outcometracker.metrics.MetricsView.TrialView;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An arm against control at one endpoint by one method, arm minus control: a row of a forest plot. What a metric has
 * under {@code versusControl}.
 *
 * @param control code of the control arm; absent where all is withheld and there is no protocol
 * @param outcome what is compared; absent where all is withheld
 * @param method absent where all is withheld
 * @param difference its fields stand at the top level of the JSON
 * @param adjusted the same by {@link Method#ANCOVA}
 * @param withheld true, and no number there, where they would tell this audience of too few participants
 */
record Comparison(
        String trial,
        String visit,
        String instrument,
        String arm,
        @Nullable String control,
        @Nullable Outcome outcome,
        @Nullable Method method,
        @JsonUnwrapped @Nullable MeanDifference difference,
        @JsonUnwrapped @Nullable Ancova adjusted,
        @Nullable Boolean withheld,
        Instant asOf,
        int protocolVersion) {
    enum Outcome {
        SCORE,
        /** From baseline. */
        CHANGE
    }

    enum Method {
        /** Means of arms that each have their own variance. */
        WELCH,
        /** Adjusted for the baseline. */
        ANCOVA
    }

    /** In the order of the trial's metrics. */
    static List<Comparison> of(TrialView trial) {
        Protocol plan = trial.protocol();
        String planned = plan == null
                ? null
                : plan.arms().stream()
                        .filter(Protocol.Arm::control)
                        .map(Protocol.Arm::code)
                        .findFirst()
                        .orElse(null);
        return trial.metrics().stream()
                .filter(it -> it.cohort().by().equals(Cohort.ARM))
                .flatMap(it -> of(it, planned))
                .toList();
    }

    private static Stream<Comparison> of(CohortMetric metric, @Nullable String planned) {
        ArmComparison versus = metric.versusControl();
        if (versus == null) {
            return withheld(metric, "", planned, null, null);
        }
        String control = versus.control();
        MeanDifference value = versus.value();
        MeanDifference change = versus.change();
        Ancova ancova = versus.ancova();
        return Stream.of(
                        value == null
                                ? withheld(metric, ".value", control, Outcome.SCORE, Method.WELCH)
                                : Stream.of(row(metric, control, Outcome.SCORE, Method.WELCH, value, null, null)),
                        change == null
                                ? withheld(metric, ".change", control, Outcome.CHANGE, Method.WELCH)
                                : Stream.of(row(metric, control, Outcome.CHANGE, Method.WELCH, change, null, null)),
                        ancova == null
                                ? withheld(metric, ".ancova", control, Outcome.SCORE, Method.ANCOVA)
                                : Stream.of(row(metric, control, Outcome.SCORE, Method.ANCOVA, null, ancova, null)))
                .flatMap(it -> it);
    }

    /** Nothing, where it is not withheld but not there. */
    private static Stream<Comparison> withheld(
            CohortMetric metric,
            String part,
            @Nullable String control,
            @Nullable Outcome outcome,
            @Nullable Method method) {
        List<String> withheld = metric.withheld();
        return withheld != null && withheld.contains("versusControl" + part)
                ? Stream.of(row(metric, control, outcome, method, null, null, true))
                : Stream.empty();
    }

    private static Comparison row(
            CohortMetric metric,
            @Nullable String control,
            @Nullable Outcome outcome,
            @Nullable Method method,
            @Nullable MeanDifference difference,
            @Nullable Ancova adjusted,
            @Nullable Boolean withheld) {
        return new Comparison(
                metric.trial(),
                metric.visit(),
                metric.instrument(),
                requireNonNull(metric.cohort().value()),
                control,
                outcome,
                method,
                difference,
                adjusted,
                withheld,
                metric.asOf(),
                metric.protocolVersion());
    }
}

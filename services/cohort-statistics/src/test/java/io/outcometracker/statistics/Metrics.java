package io.outcometracker.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Statistics under the names that the worked example and the edge cases use; what is null is left out. */
final class Metrics {

    private static final double RELATIVE = 1e-9;

    private final Map<String, Double> values = new HashMap<>();

    Metrics put(String name, @Nullable Number value) {
        if (value != null) {
            values.put(name, value.doubleValue());
        }
        return this;
    }

    Metrics putBounds(String low, String high, @Nullable Interval ci) {
        return ci == null ? this : put(low, ci.low()).put(high, ci.high());
    }

    static Metrics of(MeanDifference difference) {
        Metrics metrics = new Metrics()
                .put("n_act", difference.nActive())
                .put("n_ctl", difference.nControl())
                .put("diff", difference.difference())
                .put("se", difference.se())
                .put("df", difference.df())
                .put("t", difference.t())
                .put("p", difference.p())
                .putBounds("ci_lo", "ci_hi", difference.ci());
        HedgesG effectSize = difference.effectSize();
        return effectSize == null
                ? metrics
                : metrics.put("sd_pooled", effectSize.pooledSd())
                        .put("cohen_d", effectSize.d())
                        .put("hedges_j", effectSize.correction())
                        .put("hedges_g", effectSize.g())
                        .put("hedges_g_se", effectSize.se())
                        .putBounds("hedges_g_ci_lo", "hedges_g_ci_hi", effectSize.ci());
    }

    static Metrics of(Ancova ancova) {
        return new Metrics()
                .put("n_act", ancova.nActive())
                .put("n_ctl", ancova.nControl())
                .put("slope", ancova.slope())
                .put("adj_diff", ancova.difference())
                .put("se", ancova.se())
                .put("df", ancova.df())
                .put("t", ancova.t())
                .put("p", ancova.p())
                .putBounds("ci_lo", "ci_hi", ancova.ci())
                .put("lsmean_act", ancova.adjustedMeanActive())
                .put("lsmean_ctl", ancova.adjustedMeanControl());
    }

    Metrics put(String arm, PairSums sums) {
        return put("sx_" + arm, sums.x())
                .put("sy_" + arm, sums.y())
                .put("sxx_" + arm, sums.xx())
                .put("sxy_" + arm, sums.xy())
                .put("syy_" + arm, sums.yy());
    }

    Metrics put(CommonSlope model) {
        return put("within_xx", model.xx().toDouble())
                .put("within_xy", model.xy().toDouble())
                .put("within_yy", model.yy().toDouble())
                .put("rss", model.residualSumOfSquares().toDouble())
                .put("mse", model.residualVariance().toDouble());
    }

    void assertEqual(Object what, JsonNode expected) {
        Map<String, Double> metrics = new HashMap<>();
        expected.properties()
                .forEach(property ->
                        metrics.put(property.getKey(), property.getValue().asDouble()));
        assertEqual(what, metrics);
    }

    void assertEqual(Object what, Map<String, Double> expected) {
        Map<String, Double> metrics = new HashMap<>(expected);
        // Other definitions of the same things, there for comparison only.
        metrics.keySet()
                .removeIf(name -> name.endsWith("_type6") || name.endsWith("_type7") || name.endsWith("_approx"));
        assertThat(values).as("%s", what).containsOnlyKeys(metrics.keySet());
        metrics.forEach((name, value) -> assertThat(values.get(name))
                .as("%s of %s", name, what)
                .isCloseTo(value, within(RELATIVE * Math.abs(value))));
    }
}

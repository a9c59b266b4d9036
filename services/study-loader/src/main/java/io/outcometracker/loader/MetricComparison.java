package io.outcometracker.loader;

import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what is published against what should be: the same cohorts with the same figures, as far as the audience is shown
 * them.
 */
final class MetricComparison {
    private static final double RELATIVE_TOLERANCE = 1e-9;
    /** For figures that should be 0 and come from a difference of numbers of about 1. */
    private static final double ABSOLUTE_TOLERANCE = 1e-12;

    private static final String COHORT = "cohort";
    private static final Set<String> NOT_FIGURES = Set.of("protocolVersion");
    /** Blocks that the cohort-service verifies itself. */
    private static final Set<String> NOT_RECOMPUTED = Set.of("versusControl", "completeness");

    private MetricComparison() {}

    /**
     * @param equal how many numbers agree
     * @param differences those that do not
     * @param notCompared how many cohorts could not be compared, and why
     */
    record Result(long equal, List<Difference> differences, Map<Shown.Reason, Integer> notCompared) {}

    /** A figure, or a whole cohort, that is not as it should be; what is not there is absent. */
    record Difference(
            String visit,
            String instrument,
            Cohort cohort,
            String figure,
            @Nullable String expected,
            @Nullable String found) {
        @Override
        public String toString() {
            return visit + ' ' + instrument + ' ' + cohort + ' ' + figure + ": expected "
                    + (expected == null ? "nothing" : expected) + ", found " + (found == null ? "nothing" : found);
        }
    }

    static Result of(Collection<CohortMetric> expected, Collection<CohortMetric> found, Shown shown) {
        Map<String, CohortMetric> foundByKey = byKey(found);
        long equal = 0;
        List<Difference> differences = new ArrayList<>();
        Map<Shown.Reason, Integer> notCompared = new EnumMap<>(Shown.Reason.class);
        for (CohortMetric should : expected) {
            if (!shown.cohorts().test(should.cohort())) {
                continue;
            }
            CohortMetric is = foundByKey.remove(should.key());
            Optional<Shown.Reason> reason = shown.notComparable(is);
            if (reason.isPresent()) {
                notCompared.merge(reason.get(), 1, Integer::sum);
                continue;
            }
            if (is == null) {
                differences.add(difference(should, COHORT, "published", null));
                continue;
            }
            Map<String, JsonNode> shouldBe = figures(should);
            Map<String, JsonNode> are = figures(is);
            Set<String> names = new LinkedHashSet<>(shouldBe.keySet());
            names.addAll(are.keySet());
            for (String name : names) {
                JsonNode a = shouldBe.get(name);
                JsonNode b = are.get(name);
                if (a != null && b != null && same(a, b)) {
                    equal += a.isNumber() ? 1 : 0;
                } else {
                    differences.add(difference(should, name, text(a), text(b)));
                }
            }
        }
        foundByKey.values().forEach(it -> differences.add(difference(it, COHORT, null, "published")));
        return new Result(equal, differences, notCompared);
    }

    private static Map<String, CohortMetric> byKey(Collection<CohortMetric> metrics) {
        Map<String, CohortMetric> byKey = new LinkedHashMap<>();
        metrics.forEach(it -> byKey.put(it.key(), it));
        return byKey;
    }

    /** All numbers and flags of a cohort by their JSON paths. */
    private static Map<String, JsonNode> figures(CohortMetric metric) {
        Map<String, JsonNode> figures = new LinkedHashMap<>();
        ObjectNode tree = Json.MAPPER.valueToTree(metric);
        collect("", tree.remove(NOT_RECOMPUTED), figures);
        figures.keySet().removeAll(NOT_FIGURES);
        return figures;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> figures) {
        if (node.isNumber() || node.isBoolean()) {
            figures.put(path, node);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + '.' + i, node.get(i), figures);
            }
        } else {
            node.properties()
                    .forEach(it ->
                            collect(path.isEmpty() ? it.getKey() : path + '.' + it.getKey(), it.getValue(), figures));
        }
    }

    private static boolean same(JsonNode a, JsonNode b) {
        if (!a.isNumber() || !b.isNumber() || a.isIntegralNumber() || b.isIntegralNumber()) {
            return a.equals(b);
        }
        double x = a.doubleValue();
        double y = b.doubleValue();
        return Math.abs(x - y) <= Math.max(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y)));
    }

    private static Difference difference(
            CohortMetric metric, String figure, @Nullable String expected, @Nullable String found) {
        return new Difference(metric.visit(), metric.instrument(), metric.cohort(), figure, expected, found);
    }

    private static @Nullable String text(@Nullable JsonNode figure) {
        return figure == null ? null : figure.asString();
    }
}

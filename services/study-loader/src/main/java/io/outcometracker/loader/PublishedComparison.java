package io.outcometracker.loader;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the figures printed about a study against those that the product publishes, to the printed digit. */
final class PublishedComparison {
    private PublishedComparison() {}

    /** @param found the product's figure as it would be printed; absent where there is none */
    record Line(PublishedFigure printed, @Nullable BigDecimal found) {
        boolean agrees() {
            return found != null && found.compareTo(printed.value()) == 0;
        }
    }

    static List<Line> of(Study study, Collection<CohortMetric> metrics) {
        Map<String, CohortMetric> byKey =
                metrics.stream().collect(Collectors.toMap(CohortMetric::key, Function.identity()));
        return study.published().stream()
                .map(figure -> {
                    Endpoint endpoint = new Endpoint(study.trial(), figure.visit(), figure.instrument());
                    CohortMetric metric = byKey.get(CohortMetric.key(endpoint, figure.cohort()));
                    BigDecimal found = metric == null ? null : figure.metric().of(metric);
                    return new Line(
                            figure, found == null ? null : found.setScale(figure.decimals(), RoundingMode.HALF_UP));
                })
                .toList();
    }
}

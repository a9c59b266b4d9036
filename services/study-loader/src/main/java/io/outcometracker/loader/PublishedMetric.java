package io.outcometracker.loader;

import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.CohortMetric.Distribution;
import io.outcometracker.contract.CohortMetric.Proportion;
import io.outcometracker.contract.CohortMetric.ResponderRate;
import io.outcometracker.contract.CohortMetric.Responders;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What published.csv may say about a cohort, and where it stands in the product's answer. */
enum PublishedMetric {
    N("n", "n"),
    MEAN("mean", "mean"),
    SD("sd", "SD"),
    MEDIAN("median", "median"),
    CHANGE_MEAN("changeMean", "change"),
    CHANGE_SD("changeSd", "change SD"),
    RESPONDER_30("responder30NriPercent", "30%"),
    RESPONDER_50("responder50NriPercent", "50%"),
    RESPONDER_MCID("responderMcidNriPercent", "MCID");

    private final String column;
    private final String label;

    PublishedMetric(String column, String label) {
        this.column = column;
        this.label = label;
    }

    static Optional<PublishedMetric> named(String column) {
        return Arrays.stream(values()).filter(it -> it.column.equals(column)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(it -> it.column).toList();
    }

    /** Short, for a table. */
    String label() {
        return label;
    }

    /** The unrounded figure; absent where it is not defined. */
    @Nullable
    BigDecimal of(CohortMetric metric) {
        return switch (this) {
            case N ->
                metric.value() == null
                        ? null
                        : BigDecimal.valueOf(metric.value().n());
            case MEAN -> of(metric.value(), Distribution::mean);
            case SD -> of(metric.value(), Distribution::sd);
            case MEDIAN -> of(metric.value(), Distribution::median);
            case CHANGE_MEAN -> of(metric.change(), Distribution::mean);
            case CHANGE_SD -> of(metric.change(), Distribution::sd);
            case RESPONDER_30 -> percent(metric, Responders::thirtyPercent);
            case RESPONDER_50 -> percent(metric, Responders::fiftyPercent);
            case RESPONDER_MCID -> percent(metric, Responders::mcid);
        };
    }

    private static @Nullable BigDecimal exact(@Nullable Double number) {
        return number == null ? null : new BigDecimal(number);
    }

    private static @Nullable BigDecimal of(
            @Nullable Distribution distribution, Function<Distribution, @Nullable Double> part) {
        return distribution == null ? null : exact(part.apply(distribution));
    }

    /** From the counts, because a rate such as 0.285 is a little less as a double and would be rounded down. */
    private static @Nullable BigDecimal percent(
            CohortMetric metric, Function<Responders, @Nullable ResponderRate> threshold) {
        Responders responders = metric.responders();
        ResponderRate rate = responders == null ? null : threshold.apply(responders);
        Proportion imputed = rate == null ? null : rate.imputed();
        return imputed == null || imputed.n() == 0
                ? null
                : BigDecimal.valueOf(100 * imputed.k()).divide(BigDecimal.valueOf(imputed.n()), MathContext.DECIMAL128);
    }
}

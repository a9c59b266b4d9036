package io.outcometracker.loader;

import io.outcometracker.contract.Cohort;
import java.math.BigDecimal;

/**
 * A figure printed about the study.
 *
 * @param decimals with how many decimals it was printed
 */
record PublishedFigure(
        String visit, String instrument, Cohort cohort, PublishedMetric metric, BigDecimal value, int decimals) {}

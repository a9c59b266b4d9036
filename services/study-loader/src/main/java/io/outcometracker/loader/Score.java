package io.outcometracker.loader;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A row of long.csv that has a score.
 *
 * @param row where it stands
 * @param day study day on which the participant was assessed; there is no day 0
 */
record Score(
        CsvTable.Row row,
        String site,
        String participant,
        @Nullable String arm,
        String visit,
        @Nullable Integer day,
        String instrument,
        BigDecimal value) {}

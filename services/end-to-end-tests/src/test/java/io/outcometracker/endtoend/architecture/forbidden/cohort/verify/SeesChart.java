package io.outcometracker.endtoend.architecture.forbidden.cohort.verify;

import io.outcometracker.endtoend.architecture.forbidden.cohort.chart.SeesKafka;

public final class SeesChart {
    SeesKafka chart;
}

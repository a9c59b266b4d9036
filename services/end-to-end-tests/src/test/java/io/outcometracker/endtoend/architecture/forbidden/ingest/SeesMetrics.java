package io.outcometracker.endtoend.architecture.forbidden.ingest;

import io.outcometracker.endtoend.architecture.forbidden.metrics.MetricsOfCohort;

public final class SeesMetrics {
    MetricsOfCohort metrics;
}

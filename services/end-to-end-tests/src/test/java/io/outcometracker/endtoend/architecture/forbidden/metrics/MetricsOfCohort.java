package io.outcometracker.endtoend.architecture.forbidden.metrics;

import io.outcometracker.endtoend.architecture.forbidden.cohort.SeesIngest;

public final class MetricsOfCohort {
    SeesIngest cohort;
}

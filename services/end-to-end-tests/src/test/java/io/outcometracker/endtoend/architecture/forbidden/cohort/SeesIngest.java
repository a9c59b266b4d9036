package io.outcometracker.endtoend.architecture.forbidden.cohort;

import io.outcometracker.endtoend.architecture.forbidden.ingest.SeesMetrics;

public final class SeesIngest {
    SeesMetrics ingest;
}

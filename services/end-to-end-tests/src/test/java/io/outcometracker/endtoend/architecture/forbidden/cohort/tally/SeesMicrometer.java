package io.outcometracker.endtoend.architecture.forbidden.cohort.tally;

import io.micrometer.core.instrument.MeterRegistry;

public final class SeesMicrometer {
    MeterRegistry micrometer;
}

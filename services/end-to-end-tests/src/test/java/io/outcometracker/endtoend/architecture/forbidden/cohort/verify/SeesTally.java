package io.outcometracker.endtoend.architecture.forbidden.cohort.verify;

import io.outcometracker.endtoend.architecture.forbidden.cohort.tally.SeesMicrometer;

public final class SeesTally {
    SeesMicrometer tally;
}

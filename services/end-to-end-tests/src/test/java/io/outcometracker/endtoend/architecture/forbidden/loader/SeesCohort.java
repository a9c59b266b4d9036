package io.outcometracker.endtoend.architecture.forbidden.loader;

import io.outcometracker.endtoend.architecture.forbidden.cohort.SeesIngest;

public final class SeesCohort {
    SeesIngest cohort;
}

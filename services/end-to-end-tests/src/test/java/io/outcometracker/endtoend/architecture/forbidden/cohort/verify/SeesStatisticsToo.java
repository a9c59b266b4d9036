package io.outcometracker.endtoend.architecture.forbidden.cohort.verify;

import io.outcometracker.endtoend.architecture.forbidden.statistics.SeesContract;

public final class SeesStatisticsToo {
    SeesContract statistics;
}

package io.outcometracker.endtoend.architecture.forbidden.contract;

import io.outcometracker.endtoend.architecture.forbidden.statistics.SeesContract;

public final class SeesStatistics {
    SeesContract statistics;
}

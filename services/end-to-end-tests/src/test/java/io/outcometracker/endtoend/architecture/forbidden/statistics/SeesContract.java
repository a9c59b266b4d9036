package io.outcometracker.endtoend.architecture.forbidden.statistics;

import io.outcometracker.endtoend.architecture.forbidden.contract.SeesStatistics;

public final class SeesContract {
    SeesStatistics contract;
}

package io.outcometracker.endtoend.architecture.forbidden.ingest;

import java.util.logging.Logger;

public final class LogsByJavaUtilLogging {
    Logger log;
}

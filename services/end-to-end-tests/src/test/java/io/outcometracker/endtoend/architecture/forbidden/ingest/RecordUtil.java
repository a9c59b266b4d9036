package io.outcometracker.endtoend.architecture.forbidden.ingest;

public final class RecordUtil {}

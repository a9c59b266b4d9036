package io.outcometracker.cohort.verify;

/** A message that lies at an offset of a partition of a topic that the context names. */
record Entry<V>(int partition, long offset, V value) {}

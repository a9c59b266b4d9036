/** Cohort metrics for people and tools: read from Kafka into one view, shown by Prometheus, REST and a page. */
@NullMarked
package io.outcometracker.metrics;

import org.jspecify.annotations.NullMarked;

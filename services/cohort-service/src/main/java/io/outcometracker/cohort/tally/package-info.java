/** Counts of an endpoint, and the metrics computed from them. No Kafka, no Spring. */
@NullMarked
package io.outcometracker.cohort.tally;

import org.jspecify.annotations.NullMarked;

/** What is known of one participant, and what follows from it. No Kafka, no Spring. */
@NullMarked
package io.outcometracker.cohort.chart;

import org.jspecify.annotations.NullMarked;

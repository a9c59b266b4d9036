/** The Kafka Streams topology around chart and tally. */
@NullMarked
package io.outcometracker.cohort.stream;

import org.jspecify.annotations.NullMarked;

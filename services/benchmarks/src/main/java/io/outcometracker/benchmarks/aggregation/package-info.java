/** From the log to the numbers: how fast it is read, what a record costs as there is more, and what is kept for it. */
@NullMarked
package io.outcometracker.benchmarks.aggregation;

import org.jspecify.annotations.NullMarked;

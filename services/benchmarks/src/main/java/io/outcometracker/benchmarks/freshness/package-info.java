/** How soon what was posted is in what is published. */
@NullMarked
package io.outcometracker.benchmarks.freshness;

import org.jspecify.annotations.NullMarked;

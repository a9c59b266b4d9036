/** How long the product takes to be ready. */
@NullMarked
package io.outcometracker.benchmarks.start;

import org.jspecify.annotations.NullMarked;

/** What more instances of a service are worth. */
@NullMarked
package io.outcometracker.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;

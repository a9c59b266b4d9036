/** What the product costs and how fast it is, each in one run with plain ways of doing the same. */
@NullMarked
package io.outcometracker.benchmarks;

import org.jspecify.annotations.NullMarked;

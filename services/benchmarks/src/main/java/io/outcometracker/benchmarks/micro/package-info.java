/** What the exactness of the statistics and the strictness of the messages cost, as ratios to plain ways of doing the same. */
@NullMarked
package io.outcometracker.benchmarks.micro;

import org.jspecify.annotations.NullMarked;

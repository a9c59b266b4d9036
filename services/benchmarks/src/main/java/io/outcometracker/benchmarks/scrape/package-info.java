/** What it costs to give many series to Prometheus. */
@NullMarked
package io.outcometracker.benchmarks.scrape;

import org.jspecify.annotations.NullMarked;

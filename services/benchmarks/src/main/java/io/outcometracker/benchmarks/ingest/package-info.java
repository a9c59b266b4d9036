/** How many records are taken in over HTTP, beside a server that does nothing but write to Kafka. */
@NullMarked
package io.outcometracker.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;

/** Sets Kafka up for the product: topics, users and rules. */
@NullMarked
package io.outcometracker.ingest.setup;

import org.jspecify.annotations.NullMarked;

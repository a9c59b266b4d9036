/** HTTP to Kafka: checks what sites and the randomisation system post and writes it to the record topics. */
@NullMarked
package io.outcometracker.ingest;

import org.jspecify.annotations.NullMarked;

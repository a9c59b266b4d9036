/** The rules for records and protocols; nothing of HTTP or Kafka. */
@NullMarked
package io.outcometracker.ingest.domain;

import org.jspecify.annotations.NullMarked;

/** What crosses Kafka: keys, events, snapshots, the topic catalogue, codecs and headers. */
@NullMarked
package io.outcometracker.contract;

import org.jspecify.annotations.NullMarked;

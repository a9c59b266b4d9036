package io.outcometracker.metrics;

import java.time.Instant;
import java.util.List;

/**
 * How far the topics were read.
 *
 * @param topics tells apart topics of the same names: another one once a topic was made anew
 * @param since when reading began, at the beginning
 * @param next of each partition, in the order of topics and partitions, the offset of the next message
 */
record Progress(String topics, Instant since, List<Long> next) {
    static final Progress NONE = new Progress("", Instant.EPOCH, List.of());

    Progress {
        next = List.copyOf(next);
    }
}

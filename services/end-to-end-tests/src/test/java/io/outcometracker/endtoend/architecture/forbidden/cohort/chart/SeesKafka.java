package io.outcometracker.endtoend.architecture.forbidden.cohort.chart;

import org.apache.kafka.common.TopicPartition;

public final class SeesKafka {
    TopicPartition kafka;
}

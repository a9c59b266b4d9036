package io.outcometracker.benchmarks.aggregation;

import io.outcometracker.contract.Topics;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Anchor: what one writes with Flink SQL. The highest version of each slot counts unless it was taken back, in the arm that the participant's highest
 * enrolment names, whichever of the two comes first; count, mean, SD and median of each endpoint and arm, exactly once. Flink's local cluster, in this process.
 */
final class FlinkSql {
    private static final String REPORTED = """
            CREATE TABLE %s WITH (
              'connector' = 'kafka',
              'topic' = '%s',
              'properties.bootstrap.servers' = '%s',
              'properties.group.id' = '%s',
              'scan.startup.mode' = 'earliest-offset',
              'format' = 'json')""";
    private static final String ENROLMENTS = "enrolments (trial STRING, participant STRING, version INT, arm STRING)";
    private static final String FOLLOW_UPS = "follow_ups (trial STRING, participant STRING, visit STRING,"
            + " instrument STRING, version INT, `value` DOUBLE, status STRING)";
    /** With a timeout, since Flink's own of an hour is longer than a broker allows. */
    private static final String COHORTS = """
            CREATE TABLE cohorts (
              trial STRING, visit STRING, instrument STRING, arm STRING, n BIGINT, mean DOUBLE, sd DOUBLE, median DOUBLE,
              PRIMARY KEY (trial, visit, instrument, arm) NOT ENFORCED) WITH (
              'connector' = 'upsert-kafka',
              'topic' = '%s',
              'properties.bootstrap.servers' = '%s',
              'properties.transaction.timeout.ms' = '600000',
              'key.format' = 'json',
              'value.format' = 'json',
              'sink.delivery-guarantee' = 'exactly-once',
              'sink.transactional-id-prefix' = '%s')""";

    private static final String COUNT = """
            INSERT INTO cohorts
            SELECT trial, visit, instrument, arm, COUNT(*), AVG(`value`), STDDEV_SAMP(`value`), PERCENTILE(`value`, 0.5)
            FROM (
              SELECT *, ROW_NUMBER() OVER (PARTITION BY trial, participant, visit, instrument ORDER BY version DESC) AS place
              FROM follow_ups) AS slot
            JOIN (
              SELECT *, ROW_NUMBER() OVER (PARTITION BY trial, participant ORDER BY version DESC) AS place
              FROM enrolments) AS enrolment
            USING (trial, participant)
            WHERE slot.place = 1 AND enrolment.place = 1 AND status <> 'entered-in-error'
            GROUP BY trial, visit, instrument, arm""";

    private FlinkSql() {}

    /**
     * @param arguments Kafka's address, the URI of a directory for checkpoints, the name of the consumer group, that of the
     *     topic to write to, threads, the port at which Flink says how it does
     */
    public static void main(String... arguments) {
        String kafka = arguments[0];
        String group = arguments[2];
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(settings(arguments[1], arguments[4], arguments[5]))
                .build());
        flink.executeSql(REPORTED.formatted(ENROLMENTS, Topics.ENROLMENTS.name(), kafka, group));
        flink.executeSql(REPORTED.formatted(FOLLOW_UPS, Topics.FOLLOW_UPS.name(), kafka, group));
        flink.executeSql(COHORTS.formatted(arguments[3], kafka, group));
        flink.executeSql(COUNT);
    }

    private static Configuration settings(String checkpoints, String threads, String port) {
        return Configuration.fromMap(Map.ofEntries(
                Map.entry("parallelism.default", threads),
                Map.entry("rest.port", port),
                Map.entry("rest.bind-port", port),
                Map.entry("execution.checkpointing.dir", checkpoints),
                Map.entry("execution.checkpointing.mode", "EXACTLY_ONCE"),
                Map.entry("execution.checkpointing.interval", "1 s"),
                Map.entry("state.backend.type", "hashmap"),
                // as who knows Flink sets them: fewer updates of the same cohort, and no copies between steps
                Map.entry("table.exec.mini-batch.enabled", "true"),
                Map.entry("table.exec.mini-batch.allow-latency", "100 ms"),
                Map.entry("table.exec.mini-batch.size", "5000"),
                Map.entry("pipeline.object-reuse", "true")));
    }
}

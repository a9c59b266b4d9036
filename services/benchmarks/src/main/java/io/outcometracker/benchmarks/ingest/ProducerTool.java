package io.outcometracker.benchmarks.ingest;

import io.outcometracker.benchmarks.stage.Broker;
import io.outcometracker.benchmarks.stage.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.tools.ProducerPerformance;

/** What comes with Kafka as {@code kafka-producer-perf-test.sh}: one producer that sends random bytes as fast as it can. */
final class ProducerTool {
    private static final int RECORD_BYTES = 250;
    private static final int RECORDS = Integer.getInteger("bench.tool-records", 2_000_000);
    private static final Pattern RATE = Pattern.compile("records sent, ([\\d.]+) records/sec");

    private ProducerTool() {}

    static double recordsPerSecond(Broker broker, Path directory) {
        try (JavaProcess tool = JavaProcess.ofClass(
                "producer-tool",
                directory,
                List.of("-Xms1g", "-Xmx1g"),
                ProducerPerformance.class,
                List.of(
                        "--bootstrap-server",
                        broker.bootstrapServers(),
                        "--topic",
                        RecordCount.TOOL,
                        "--num-records",
                        String.valueOf(RECORDS),
                        "--record-size",
                        String.valueOf(RECORD_BYTES),
                        "--throughput",
                        "-1",
                        "--command-property",
                        "acks=all"))) {
            tool.awaitSuccess();
            // The last line is that of all records.
            return RATE.matcher(Files.readString(tool.log()))
                    .results()
                    .map(MatchResult::group)
                    .reduce((before, last) -> last)
                    .map(it -> Double.parseDouble(it.replaceAll("records sent, | records/sec", "")))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

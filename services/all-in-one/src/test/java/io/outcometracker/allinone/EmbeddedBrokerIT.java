package io.outcometracker.allinone;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcometracker.testkit.KafkaAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

    private static final int ENOUGH = 50;

    @TempDir
    Path directory;

    @Test
    void keepsItsRecordsAndItsIdentityWhenItIsStoppedAndStarted() throws Exception {
        String topic;
        String clusterId;
        try (var broker = EmbeddedBroker.start(directory, 0)) {
            KafkaAccess kafka = broker::bootstrapServers;
            topic = kafka.createTopic("kept", 2);
            clusterId = clusterId(kafka);
            kafka.produce(
                    new StringSerializer(),
                    new StringSerializer(),
                    List.of(new ProducerRecord<>(topic, "a", "1"), new ProducerRecord<>(topic, "b", "2")));
        }

        try (var broker = EmbeddedBroker.start(directory, 0)) {
            KafkaAccess kafka = broker::bootstrapServers;
            var records = kafka.read(topic, new StringDeserializer(), new StringDeserializer(), it -> {});
            assertThat(records).extracting(ConsumerRecord::value).containsExactlyInAnyOrder("1", "2");
            assertThat(clusterId(kafka)).isEqualTo(clusterId);
        }
    }

    @Test
    void losesNothingAcknowledgedWhenItsProcessIsKilled() throws IOException {
        List<Long> acknowledged = new ArrayList<>();
        Process process = start(KilledBroker.class, directory.toString());
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+")) {
                    acknowledged.add(Long.valueOf(line));
                }
                if (acknowledged.size() == ENOUGH) {
                    // Unlike Process.destroyForcibly, this leaves us what it has printed.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);

        try (var broker = EmbeddedBroker.start(directory, 0);
                var writer = KilledBroker.transactionalProducer(broker.bootstrapServers())) {
            KafkaAccess kafka = broker::bootstrapServers;
            // Aborts the transaction that the kill may have left open.
            writer.initTransactions();

            assertThat(kafka.read(KilledBroker.RECORDS, new LongDeserializer(), new LongDeserializer(), it -> {}))
                    .extracting(ConsumerRecord::value)
                    .containsAll(acknowledged);
            Map<Long, Long> recordsPerTransaction =
                    kafka
                            .read(KilledBroker.TRANSACTIONS, new LongDeserializer(), new LongDeserializer(), it -> {})
                            .stream()
                            .collect(groupingBy(ConsumerRecord::value, counting()));
            assertThat(recordsPerTransaction).containsKeys(acknowledged.toArray(Long[]::new));
            assertThat(recordsPerTransaction.values()).containsOnly((long) KilledBroker.RECORDS_PER_TRANSACTION);
        }
    }

    @Test
    void readsWhatWasCommittedAndNothingElse() throws Exception {
        try (var broker = EmbeddedBroker.start(directory, 0);
                var writer = KilledBroker.transactionalProducer(broker.bootstrapServers())) {
            KafkaAccess kafka = broker::bootstrapServers;
            String topic = kafka.createTopic("committed", 1);
            writer.initTransactions();
            writer.beginTransaction();
            writer.send(new ProducerRecord<>(topic, 1L, 1L)).get();
            writer.commitTransaction();
            writer.beginTransaction();
            writer.send(new ProducerRecord<>(topic, 2L, 2L)).get();
            writer.abortTransaction();

            assertThat(kafka.read(topic, new LongDeserializer(), new LongDeserializer(), it -> {}))
                    .extracting(ConsumerRecord::value)
                    .containsExactly(1L);
        }
    }

    @Test
    void saysWhichPortIsTakenAndHowToChooseAnother() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, other.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
                    .hasMessageContaining(EmbeddedBroker.PORT_OPTION);
        }
    }

    @Test
    void saysWhichDirectoryAnotherBrokerUsesAndLeavesThatOneAlone() {
        try (var broker = EmbeddedBroker.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining(EmbeddedBroker.DIRECTORY_OPTION);

            KafkaAccess kafka = broker::bootstrapServers;
            assertThat(kafka.createTopic("still-served", 1)).isNotEmpty();
        }
    }

    @Test
    void saysWhichDirectoryAnotherProcessUses() throws IOException {
        Process process = start(KilledBroker.class, directory.toString());
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isNotNull();

            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void saysWhichDirectoryItCannotWriteTo() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> EmbeddedBroker.start(file.resolve("data"), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.resolve("data").toString())
                .hasMessageContaining(EmbeddedBroker.DIRECTORY_OPTION);
    }

    @Test
    void refusesADirectoryThatKafkaTakesForTwo() {
        assertThatThrownBy(() -> EmbeddedBroker.start(directory.resolve("trials, phase 3"), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("trials, phase 3");
    }

    @Test
    void worksInADirectoryWithASpaceInItsName() {
        try (var broker = EmbeddedBroker.start(directory.resolve("phase 3"), 0)) {
            KafkaAccess kafka = broker::bootstrapServers;
            assertThat(kafka.createTopic("served", 1)).isNotEmpty();
        }
    }

    @Test
    void throwsWhereKafkaWouldEndTheJvm() throws IOException {
        EmbeddedBroker.start(directory, 0).close();
        Path metadata = directory.resolve("__cluster_metadata-0");
        Utils.delete(metadata.toFile());
        Files.createFile(metadata);

        assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(metadata.toString());

        Files.delete(metadata);
    }

    @Test
    void tellsItsOwnerWhenItsDiskFails() throws IOException {
        Path data = directory.resolve("data");
        try (var broker = EmbeddedBroker.start(data, 0)) {
            KafkaAccess kafka = broker::bootstrapServers;
            Utils.delete(data.toFile());
            Files.createFile(data);

            kafka.createTopic("has-no-directory", 1);

            assertThat(broker.ended().toCompletableFuture()).failsWithin(KafkaAccess.TIMEOUT);
        }
    }

    private static String clusterId(KafkaAccess kafka) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka.clientSettings())) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static Process start(Class<?> main, String argument) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}

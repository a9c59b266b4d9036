package io.outcometracker.allinone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongSerializer;

/** A process to be killed: its broker runs in the directory of its argument, and it writes for as long as it lives. */
final class KilledBroker {

    static final String RECORDS = "records";
    static final String TRANSACTIONS = "transactions";
    static final String TRANSACTIONAL_ID = "writer";
    static final int RECORDS_PER_TRANSACTION = 3;
    private static final int PARTITIONS = 2;

    private KilledBroker() {}

    /** Prints the number of each round once its record is acknowledged and its transaction committed. */
    public static void main(String[] directory) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(directory[0]), 0);
        Map<String, Object> settings = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(
                            new NewTopic(RECORDS, PARTITIONS, (short) 1),
                            new NewTopic(TRANSACTIONS, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        try (var records = new KafkaProducer<>(settings, new LongSerializer(), new LongSerializer());
                var transactions = transactionalProducer(broker.bootstrapServers())) {
            transactions.initTransactions();
            for (long round = 0; ; round++) {
                records.send(new ProducerRecord<>(RECORDS, round, round)).get();
                transactions.beginTransaction();
                for (long key = 0; key < RECORDS_PER_TRANSACTION; key++) {
                    transactions
                            .send(new ProducerRecord<>(TRANSACTIONS, key, round))
                            .get();
                }
                transactions.commitTransaction();
                System.out.println(round);
            }
        }
    }

    static KafkaProducer<Long, Long> transactionalProducer(String bootstrapServers) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                TRANSACTIONAL_ID);
        return new KafkaProducer<>(settings, new LongSerializer(), new LongSerializer());
    }
}

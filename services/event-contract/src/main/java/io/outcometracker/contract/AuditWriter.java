package io.outcometracker.contract;

import static java.util.Objects.requireNonNullElse;

import io.outcometracker.contract.AuditEntry.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what one running service did to {@code outcomes.audit.v1}. An entry that was taken is tried until it is stored,
 * in order, for as long as the process lives: so that a chain never has a gap, however long Kafka is away.
 */
public final class AuditWriter implements AutoCloseable {
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(2);
    /** So that a request of many records does not hold up the others. */
    private static final int AT_A_TIME = 100;

    /** A chain lies in one partition, and a request to Kafka takes one batch of it. */
    private static final int BATCH_BYTES = 1 << 17;

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String service;
    private final String name;
    private final Producer<String, byte[]> producer;
    private final OpenHeads heads;
    private final Clock clock;
    private final Map<String, Chain> chains = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();

    /** Knows what of other chains is to be anchored. */
    public interface OpenHeads {
        /** @param trial absent for what concerns none */
        List<Head> of(@Nullable String trial);
    }

    /**
     * @param turn who has it may go on with the chain; waited for as long as a send may block, and no longer. Not in the
     *     order of arrival: each entry would wait until a thread that sleeps is awake
     */
    private record Chain(AuditChain entries, ReentrantLock turn) {}

    /** @param heads those of a trial's chains that no entry has named as an anchor yet, as far as the service has read */
    public AuditWriter(String service, Producer<String, byte[]> producer, OpenHeads heads, Clock clock) {
        this.service = service;
        this.name = service + '-' + UUID.randomUUID();
        this.producer = producer;
        this.heads = heads;
        this.clock = clock;
    }

    /** A producer that an {@link AuditWriter} has for itself. */
    public static Producer<String, byte[]> producer(Map<String, Object> kafkaSettings) {
        Map<String, Object> settings = new HashMap<>(kafkaSettings);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_BLOCK.toMillis());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.merge(ProducerConfig.CLIENT_ID_CONFIG, "audit", (client, audit) -> client + "-" + audit);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Appends to the trial's chain, and returns once all is stored.
     *
     * @throws AuditUnavailable if Kafka does not acknowledge in time; what was taken is stored later
     */
    public void write(@Nullable String trial, List<AuditAct> acts, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        awaitStored(append(trial, acts), deadline);
    }

    private void awaitStored(List<Future<RecordMetadata>> taken, long deadline) {
        try {
            for (Future<RecordMetadata> sent : taken) {
                sent.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            failures.increment();
            throw new AuditUnavailable(requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            failures.increment();
            throw new AuditUnavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable(e);
        }
    }

    /** How often acts could not be written in time, be it that they are stored later or were not taken at all. */
    public long failures() {
        return failures.sum();
    }

    /**
     * Appends to the trial's chain without waiting.
     *
     * @throws AuditUnavailable if not all of it was taken
     */
    public List<Future<RecordMetadata>> append(@Nullable String trial, List<AuditAct> acts) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(acts.size());
        try {
            for (int first = 0; first < acts.size(); first += AT_A_TIME) {
                List<AuditAct> next = acts.subList(first, Math.min(first + AT_A_TIME, acts.size()));
                sent.addAll(inTurn(trial, chain -> append(trial, chain, next)));
            }
        } catch (RuntimeException e) {
            failures.increment();
            throw e;
        }
        return sent;
    }

    /**
     * Says how far the other chains of the trial were read, if there is more of them than any entry says: so that it shows
     * if their ends are cut off.
     *
     * @throws AuditUnavailable if it was not taken
     */
    public List<Future<RecordMetadata>> anchor(@Nullable String trial) {
        return inTurn(trial, chain -> anchor(trial, chain));
    }

    private List<Future<RecordMetadata>> inTurn(
            @Nullable String trial, Function<AuditChain, List<Future<RecordMetadata>>> append) {
        Chain chain = chains.computeIfAbsent(
                requireNonNullElse(trial, ""), it -> new Chain(new AuditChain(name, trial), new ReentrantLock()));
        try {
            if (!chain.turn().tryLock(LONGEST_BLOCK.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AuditUnavailable(new TimeoutException("others wait too"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable(e);
        }
        try {
            return append.apply(chain.entries());
        } finally {
            chain.turn().unlock();
        }
    }

    private List<Future<RecordMetadata>> append(@Nullable String trial, AuditChain chain, List<AuditAct> acts) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(acts.size());
        if (chain.isEmpty()) {
            sent.addAll(anchor(trial, chain));
        }
        for (AuditAct act : acts) {
            sent.add(send(chain, chain.write(act, null)));
        }
        return sent;
    }

    private List<Future<RecordMetadata>> anchor(@Nullable String trial, AuditChain chain) {
        List<Head> others =
                heads.of(trial).stream().filter(it -> !it.writer().equals(name)).toList();
        return others.isEmpty()
                ? List.of()
                : List.of(send(
                        chain, chain.write(AuditAct.anchor(clock.instant().truncatedTo(ChronoUnit.MILLIS)), others)));
    }

    private Future<RecordMetadata> send(AuditChain chain, AuditChain.Written next) {
        AuditEntry entry = next.entry();
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(Topics.AUDIT.name(), entry.key(), next.json());
        CloudEvent.describe(message.headers(), Topics.AUDIT, service, entry.auditId(), entry.receivedAt());
        try {
            Future<RecordMetadata> future = producer.send(message);
            if (future.isDone()) {
                // Not taken at all, if it failed so soon.
                future.get();
            }
            chain.add(entry);
            return future;
        } catch (ExecutionException e) {
            throw new AuditUnavailable(requireNonNullElse(e.getCause(), e));
        } catch (KafkaException e) {
            throw new AuditUnavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable(e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSING);
    }
}

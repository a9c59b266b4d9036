package io.outcometracker.ingest;

import io.outcometracker.contract.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows a topic from its beginning on one thread, without a consumer group. A message that cannot be read is passed over. */
final class TopicReader<V> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int PAUSE_MILLIS = 1000;

    /** Takes the messages. */
    interface Sink<V> {
        /** @param value null says that the key is no more */
        void accept(String key, @Nullable V value);
    }

    private final Topic<V> topic;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Sink<V> sink;
    private final CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<Integer, Long> positions = new HashMap<>();
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private final Thread thread;

    TopicReader(Topic<V> topic, Supplier<Consumer<String, byte[]>> consumers, Sink<V> sink) {
        this.topic = topic;
        this.consumers = consumers;
        this.sink = sink;
        this.thread = new Thread(this::run, "read-" + topic.name());
    }

    /**
     * Starts to read and waits until everything was read that was there.
     *
     * @throws IllegalStateException if that takes longer
     */
    void start(Duration timeout) {
        thread.setDaemon(true);
        thread.start();
        try {
            caughtUp.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("cannot read " + topic.name() + " from Kafka", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while reading " + topic.name(), e);
        }
    }

    /** Whether the message at the offset was read within the time. */
    boolean awaitRead(int partition, long offset, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (positions) {
            while (positions.getOrDefault(partition, 0L) <= offset) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    return false;
                }
                positions.wait(millis);
            }
            return true;
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        Consumer<String, byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(POLL.multipliedBy(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Consumer<String, byte[]> reading = consumers.get()) {
            consumer = reading;
            Map<TopicPartition, Long> ends = seek(reading);
            while (stopped.getCount() > 0) {
                // Before the first poll too: where nothing is to be read, it would wait for its whole time.
                if (!caughtUp.isDone()
                        && ends.entrySet().stream().allMatch(it -> reading.position(it.getKey()) >= it.getValue())) {
                    caughtUp.complete(true);
                }
                poll(reading);
            }
        } catch (WakeupException | InterruptException e) {
            // closed
        } catch (KafkaException e) {
            caughtUp.completeExceptionally(e);
            log.atError()
                    .addKeyValue("topic", topic.name())
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("reader stopped");
        }
    }

    private Map<TopicPartition, Long> seek(Consumer<String, byte[]> reading) {
        List<TopicPartition> partitions = reading.partitionsFor(topic.name()).stream()
                .map(it -> new TopicPartition(topic.name(), it.partition()))
                .toList();
        reading.assign(partitions);
        reading.seekToBeginning(partitions);
        return reading.endOffsets(partitions);
    }

    private void poll(Consumer<String, byte[]> reading) {
        try {
            for (ConsumerRecord<String, byte[]> message : reading.poll(POLL)) {
                accept(message);
            }
            synchronized (positions) {
                reading.assignment().forEach(it -> positions.put(it.partition(), reading.position(it)));
                positions.notifyAll();
            }
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.atWarn()
                    .addKeyValue("topic", topic.name())
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .log("reading again shortly");
            pause();
        }
    }

    private void pause() {
        try {
            stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void accept(ConsumerRecord<String, byte[]> message) {
        try {
            sink.accept(message.key(), topic.serde().deserializer().deserialize(topic.name(), message.value()));
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("error", e.getClass().getSimpleName())
                    .addKeyValue("topic", message.topic())
                    .addKeyValue("partition", message.partition())
                    .addKeyValue("offset", message.offset())
                    .log("message passed over: it cannot be read");
        }
    }
}

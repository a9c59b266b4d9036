package io.outcometracker.metrics;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.outcometracker.contract.MessageTrace;
import io.outcometracker.metrics.Change.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the topics from their beginning, in one thread, and puts a new view in place after each batch. There is no view
 * before all has been read that was there at the start. While Kafka is away the last view stays; when reading cannot go
 * on where it stood (a topic was made anew, say) it starts over, and the last view stays until that has caught up.
 */
final class MetricsReader implements CurrentView, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(MetricsReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK_FOR_ENDS_EVERY = Duration.ofSeconds(1);
    /** A consumer may wait longer for a broker that does not answer. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private static final Duration START_OVER_AFTER = Duration.ofSeconds(1);
    private static final Duration[] FRESHNESS_BUCKETS = Stream.of(
                    50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 30_000, 60_000, 300_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Map<String, Source<?>> sources;
    private final Function<Set<String>, String> identities;
    private final Clock clock;
    private final MeterProvider<Counter> read;
    private final MeterProvider<Counter> unreadable;
    private final MeterProvider<Timer> freshness;
    private final Tracer tracer;
    private volatile @Nullable MetricsView view;
    private volatile @Nullable Reading reading;

    /**
     * @param consumers makes consumers without a group that neither commit nor reset their positions
     * @param identities tells topics of these names apart from others of the same names
     */
    MetricsReader(
            Supplier<Consumer<String, byte[]>> consumers,
            List<Source<?>> sources,
            Function<Set<String>, String> identities,
            Clock clock,
            MeterRegistry meters,
            Tracer tracer) {
        this.consumers = consumers;
        this.sources =
                sources.stream().collect(toUnmodifiableMap(it -> it.topic().name(), it -> it));
        this.identities = identities;
        this.clock = clock;
        this.read = counters(SeriesCatalogue.MESSAGES_READ, meters);
        this.unreadable = counters(SeriesCatalogue.MESSAGES_UNREADABLE, meters);
        this.freshness = Timer.builder(SeriesCatalogue.FRESHNESS.meterName())
                .description(SeriesCatalogue.FRESHNESS.help())
                .serviceLevelObjectives(FRESHNESS_BUCKETS)
                .withRegistry(meters);
        this.sources.keySet().forEach(topic -> freshness.withTag("topic", topic));
        this.tracer = tracer;
    }

    private MeterProvider<Counter> counters(SeriesCatalogue.Series series, MeterRegistry meters) {
        MeterProvider<Counter> counters =
                Counter.builder(series.meterName()).description(series.help()).withRegistry(meters);
        // So that they are there, with 0, before there is something to count.
        sources.keySet().forEach(topic -> counters.withTag("topic", topic));
        return counters;
    }

    @Override
    public Optional<MetricsView> get() {
        return Optional.ofNullable(view);
    }

    /** Whether there is a view, and a thread that keeps it current. */
    boolean isReady() {
        Reading current = reading;
        return view != null && current != null && current.thread.isAlive();
    }

    @Override
    public void start() {
        Reading started = new Reading();
        reading = started;
        started.thread.start();
    }

    @Override
    public void stop() {
        Reading current = reading;
        reading = null;
        if (current != null) {
            current.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return reading != null;
    }

    /** From one start to the next stop. */
    private final class Reading {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final Thread thread = new Thread(this::readUntilStopped, "metrics-reader");
        private volatile @Nullable Consumer<String, byte[]> consumer;
        private @Nullable String complaint;

        void stop() {
            stopped.countDown();
            Consumer<String, byte[]> current = consumer;
            if (current != null) {
                current.wakeup();
            }
            try {
                thread.join(CLOSING.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void readUntilStopped() {
            boolean goOn = true;
            while (goOn) {
                try (Consumer<String, byte[]> current = consumers.get()) {
                    consumer = current;
                    readFromBeginning(current);
                } catch (WakeupException e) {
                    log.debug("Woken up to stop");
                } catch (RuntimeException e) {
                    complain(e.toString());
                }
                goOn = !isStoppedWithin(START_OVER_AFTER);
            }
        }

        /** Once, not with every attempt. */
        private void complain(String failure) {
            if (!failure.equals(complaint)) {
                log.warn("Cannot read from Kafka, starting over: {}", failure);
            }
            complaint = failure;
        }

        private boolean isStoppedWithin(Duration time) {
            try {
                return stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        private void readFromBeginning(Consumer<String, byte[]> from) {
            Instant since = clock.instant();
            String topics = identities.apply(sources.keySet());
            List<TopicPartition> partitions = partitions(from);
            from.assign(partitions);
            from.seekToBeginning(partitions);
            MetricsFold fold = new MetricsFold();
            Goal goal = goal(from);
            Instant completeAsOf = null;
            while (stopped.getCount() > 0) {
                boolean hadCaughtUp = completeAsOf != null;
                ConsumerRecords<String, byte[]> messages = from.poll(POLL);
                Instant arrived = clock.instant();
                for (ConsumerRecord<String, byte[]> message : messages) {
                    fold.at(new Message(partitions.indexOf(partition(message)), message.offset()));
                    fold(message, fold);
                }
                if (goal.isReached(from)) {
                    completeAsOf = goal.askedAt;
                    complaint = null;
                    goal = nextGoal(goal, from);
                }
                if (completeAsOf != null) {
                    fold.reached(new Progress(
                            topics,
                            since,
                            partitions.stream().map(from::position).toList()));
                    view = fold.view(completeAsOf);
                }
                if (hadCaughtUp) {
                    messages.forEach(MetricsReader.this::timeUntilShown);
                    messages.forEach(it -> traceShown(it, arrived));
                }
            }
        }

        private Goal nextGoal(Goal reached, Consumer<String, byte[]> from) {
            if (clock.instant().isBefore(reached.askedAt.plus(ASK_FOR_ENDS_EVERY))) {
                return reached;
            }
            try {
                if (!Set.copyOf(partitions(from)).equals(from.assignment())) {
                    throw new IllegalStateException("a topic has got other partitions");
                }
                return goal(from);
            } catch (TimeoutException e) {
                log.debug("Kafka is away: {}", e.toString());
                return reached;
            }
        }

        private Goal goal(Consumer<String, byte[]> from) {
            Instant askedAt = clock.instant();
            return new Goal(askedAt, from.endOffsets(from.assignment()));
        }

        private List<TopicPartition> partitions(Consumer<String, byte[]> from) {
            return sources.keySet().stream()
                    .sorted()
                    .flatMap(topic -> partitions(topic, from))
                    .toList();
        }

        private Stream<TopicPartition> partitions(String topic, Consumer<String, byte[]> from) {
            List<TopicPartition> partitions = from.partitionsFor(topic).stream()
                    .map(it -> new TopicPartition(topic, it.partition()))
                    .sorted(comparing(TopicPartition::partition))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalStateException("there is no topic " + topic);
            }
            return partitions.stream();
        }
    }

    /** What was on the topics when Kafka was asked. */
    private record Goal(Instant askedAt, Map<TopicPartition, Long> ends) {
        boolean isReached(Consumer<String, byte[]> from) {
            return ends.entrySet().stream().allMatch(end -> from.position(end.getKey()) >= end.getValue());
        }
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> message) {
        return new TopicPartition(message.topic(), message.partition());
    }

    private void fold(ConsumerRecord<String, byte[]> message, MetricsFold fold) {
        try {
            requireNonNull(sources.get(message.topic())).read(message.key(), message.value(), fold);
        } catch (RuntimeException e) {
            // Neither its text nor the message's: both may quote what should not be in a log.
            log.warn(
                    "Skipped a message that cannot be read: {}-{} at {} ({})",
                    message.topic(),
                    message.partition(),
                    message.offset(),
                    e.getClass().getSimpleName());
            unreadable.withTag("topic", message.topic()).increment();
        }
        read.withTag("topic", message.topic()).increment();
    }

    private void timeUntilShown(ConsumerRecord<String, byte[]> message) {
        long millis = clock.millis() - message.timestamp();
        // The clocks of two machines differ.
        freshness.withTag("topic", message.topic()).record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    private void traceShown(ConsumerRecord<String, byte[]> message, Instant arrived) {
        Context from = MessageTrace.of(message.headers());
        if (Span.fromContext(from).getSpanContext().isValid()) {
            tracer.spanBuilder("show")
                    .setParent(from)
                    .setSpanKind(SpanKind.CONSUMER)
                    .setStartTimestamp(arrived)
                    .setAttribute(TOPIC, message.topic())
                    .startSpan()
                    .end();
        }
    }
}

package io.outcometracker.cohort.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.outcometracker.cohort.stream.ReleaseStore.Release;
import io.outcometracker.cohort.stream.TrialPlans.Plan;
import io.outcometracker.cohort.tally.EndpointTally;
import io.outcometracker.cohort.tally.LiveTrial;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.cohort.tally.TrialTally;
import io.outcometracker.cohort.tally.View;
import io.outcometracker.contract.Cohort;
import io.outcometracker.contract.CohortMetric;
import io.outcometracker.contract.Endpoint;
import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Topic;
import io.outcometracker.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tallies, and publishes what follows from those that changed: at each publishing interval, a slice of time
 * long, whatever has waited longest, and while records wait with as long between slices as {@link Pace} says.
 *
 * <p>Everything is computed anew after a start, and everything of a trial when its plan changes. What is live is also
 * computed anew at midnight UTC, when visits become due. What comes out as it was last published is not published again.
 * A view that is released in batches shows what was copied at its last release.
 */
final class TallyProcessor implements Processor<String, TallyChange, String, Published> {
    static final String COUNTS = "endpoint-tallies";

    /** Longest time that records wait for what is published, unless one tally alone takes longer. */
    private static final Duration SLICE = Duration.ofMillis(100);
    /** A record that was stored so long ago has waited for others. */
    private static final Duration WAITED = Duration.ofSeconds(1);
    /** Counts that are held of trials, of some 60 bytes each; what is not held is read and summed up when it is published. */
    private static final long MOST_LIVE = 1_000_000;

    private final Duration publishInterval;
    private final Pace pace;
    private final ThreadShare share;
    private final LongSupplier ticker;
    private final boolean publish;
    private final StreamMeters meters;
    private final StreamTraces.Causes causes;
    /** By tally, what waits for publication, in the order in which it came to wait. */
    private final Map<String, Due> due = new LinkedHashMap<>();
    /** Trials of which all tallies are to be published, and when the oldest of the records was stored that made it so. */
    private final Map<String, Instant> dueTrials = new HashMap<>();

    /** Whether the last record had waited when it came. */
    private boolean behind;

    private final Map<Slot, Long> slots = new HashMap<>();
    private LocalDate publishedOn = LocalDate.MIN;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Published> context;

    @SuppressWarnings("NullAway.Init")
    private TallyStore tallies;

    /** Trials of which something was published last. */
    private final Cache<String, LiveTrial> live = Caffeine.newBuilder()
            .maximumWeight(MOST_LIVE)
            .<String, LiveTrial>weigher((trial, tallies) -> tallies.size())
            .executor(Runnable::run)
            .build();

    @SuppressWarnings("NullAway.Init")
    private PositionStore positions;

    @SuppressWarnings("NullAway.Init")
    private PublishedStore published;

    @SuppressWarnings("NullAway.Init")
    private ReleaseStore releases;

    @SuppressWarnings("NullAway.Init")
    private TrialPlans plans;

    /** Whose releases of what trial are counted together. */
    private record Slot(Audience audience, String trial) {}

    /** Why a tally waits for publication. */
    private static final class Due {
        /** When the oldest of the records was stored that wait there; absent if none does. */
        private @Nullable Instant stored;

        private boolean replanned;
        /** For whom a release may be tried, once in each slot. */
        private final Set<Audience> turned = EnumSet.noneOf(Audience.class);

        void addStored(Instant record) {
            stored = stored == null ? record : earlier(stored, record);
        }
    }

    /**
     * What is the same for all that is published between two records.
     *
     * @param trials of which something is
     */
    private record Slice(Instant now, boolean withinEvent, Map<String, LiveTrial> trials) {}

    TallyProcessor(
            Duration publishInterval,
            boolean publish,
            ThreadShare share,
            LongSupplier ticker,
            StreamMeters meters,
            StreamTraces traces) {
        this.publishInterval = publishInterval;
        pace = new Pace(publishInterval);
        this.publish = publish;
        this.share = share;
        this.ticker = ticker;
        this.meters = meters;
        this.causes = traces.new Causes();
    }

    @Override
    public void init(ProcessorContext<String, Published> processorContext) {
        context = processorContext;
        tallies = new TallyStore(processorContext.getStateStore(COUNTS));
        positions = new PositionStore(processorContext.getStateStore(PositionStore.STORE));
        published = new PublishedStore(processorContext.getStateStore(PublishedStore.STORE));
        releases = new ReleaseStore(
                processorContext.getStateStore(ReleaseStore.RELEASES),
                processorContext.getStateStore(ReleaseStore.COPIES));
        plans = new TrialPlans(
                processorContext.getStateStore(TrialPlans.PROTOCOLS),
                processorContext.getStateStore(TrialPlans.UNBLINDINGS));
        // A task may start over from its last transaction: what was published since then was not, nor released.
        due.clear();
        dueTrials.clear();
        slots.clear();
        live.invalidateAll();
        share.join();
        if (publish) {
            processorContext.schedule(
                    publishInterval, PunctuationType.WALL_CLOCK_TIME, now -> publishIfDue(Instant.ofEpochMilli(now)));
        }
    }

    @Override
    public void close() {
        share.leave();
    }

    @Override
    public void process(Record<String, TallyChange> record) {
        String tally = record.key();
        TallyChange change = record.value();
        LiveTrial trial = live.getIfPresent(TallyKey.trial(tally));
        for (RowChange it : change.rows()) {
            tallies.add(tally, it.row(), it.by());
            if (trial != null) {
                trial.change(tally, it.row(), it.by());
            }
        }
        positions.advance(change);
        boolean changed = !change.rows().isEmpty();
        Instant stored = Instant.ofEpochMilli(record.timestamp());
        behind = Duration.between(stored, Instant.ofEpochMilli(context.currentSystemTimeMs()))
                        .compareTo(WAITED)
                > 0;
        if (changed) {
            causes.add(tally, record.headers());
        }
        if (!TallyKey.isRoster(tally)) {
            if (!due.containsKey(tally)) {
                published.add(tally);
            }
            Due why = due(tally);
            if (changed) {
                why.addStored(stored);
            }
        } else if (changed) {
            dueTrials.merge(tally, stored, TallyProcessor::earlier);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Due due(String tally) {
        return due.computeIfAbsent(tally, it -> new Due());
    }

    private void publishIfDue(Instant now) {
        if (pace.isDue(behind)) {
            long start = ticker.getAsLong();
            findDue(now);
            publish(now, start);
            pace.took(elapsed(start), share.tasks());
        }
    }

    /** Streams' own clock stands still meanwhile. */
    private Duration elapsed(long start) {
        return Duration.ofNanos(ticker.getAsLong() - start);
    }

    /** What is to be published besides the tallies that changed. */
    private void findDue(Instant now) {
        for (String trial : plans.refresh()) {
            published.tallies(trial).forEach(it -> due(it).replanned = true);
        }
        for (Slot slot : turnedSlots(now)) {
            published.tallies(slot.trial()).forEach(it -> due(it).turned.add(slot.audience()));
        }
        dueTrials.forEach((trial, stored) -> {
            Set<String> all = published.tallies(trial);
            all.forEach(it -> due(it).addStored(stored));
            causes.spread(trial, all);
        });
        dueTrials.clear();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!today.equals(publishedOn)) {
            publishedOn = today;
            published.tallies().forEach(this::due);
        }
    }

    private void publish(Instant now, long start) {
        Slice slice = new Slice(now, positions.isWithinEvent(), new HashMap<>());
        Iterator<Map.Entry<String, Due>> waiting = due.entrySet().iterator();
        while (waiting.hasNext() && elapsed(start).compareTo(SLICE) < 0) {
            Map.Entry<String, Due> next = waiting.next();
            String tally = next.getKey();
            Due why = next.getValue();
            // A release waits for the rest of the event.
            if (why.turned.isEmpty() || !slice.withinEvent()) {
                waiting.remove();
                causes.publish(
                        tally,
                        () -> published
                                .replace(tally, messages(tally, why, slice))
                                .forEach(it -> context.forward(new Record<>(it.key, it.value, now.toEpochMilli()))));
                if (why.stored != null) {
                    meters.published(Duration.between(why.stored, now.plus(elapsed(start))));
                }
            }
        }
        // They weigh more now.
        live.putAll(slice.trials);
    }

    /** Where a slot began since the last look; everywhere at first. */
    private Set<Slot> turnedSlots(Instant now) {
        Set<Slot> turned = new HashSet<>();
        plans.all().forEach((trial, plan) -> {
            for (Audience audience : Audience.values()) {
                Protocol.Release release =
                        audience.view(plan).map(it -> it.rule().release()).orElse(null);
                if (release != null) {
                    Slot slot = new Slot(audience, trial);
                    Long number = number(now, release);
                    if (!number.equals(slots.put(slot, number))) {
                        turned.add(slot);
                    }
                }
            }
        });
        return turned;
    }

    private static long number(Instant time, Protocol.Release release) {
        return Duration.between(Instant.EPOCH, time).dividedBy(release.every());
    }

    private Map<Topic<?>, SortedMap<Cohort, ?>> messages(String tally, Due why, Slice slice) {
        Plan plan = plans.of(TallyKey.trial(tally));
        return TallyKey.isParticipants(tally)
                ? ofParticipants(tally, plan, slice)
                : ofEndpoint(Endpoint.parse(tally), plan, why, slice);
    }

    private Map<Topic<?>, SortedMap<Cohort, ?>> ofParticipants(String tally, @Nullable Plan plan, Slice slice) {
        if (plan == null) {
            return Map.of(Topics.TRIAL_SUMMARIES_UNBLINDED, nobody(), Topics.TRIAL_SUMMARIES, nobody());
        }
        TrialTally participants = trial(TallyKey.trial(tally), slice).participants();
        return Map.of(
                Topics.TRIAL_SUMMARIES_UNBLINDED,
                participants.summaries(plan.protocol(), View.unblinded(), slice.now),
                Topics.TRIAL_SUMMARIES,
                participants.summaries(plan.protocol(), View.operational(plan.armsKnown()), slice.now));
    }

    private Map<Topic<?>, SortedMap<Cohort, ?>> ofEndpoint(
            Endpoint endpoint, @Nullable Plan plan, Due why, Slice slice) {
        Map<Topic<?>, SortedMap<Cohort, ?>> messages = new HashMap<>();
        if (plan == null || !plan.protocol().isPlanned(endpoint.visit(), endpoint.instrument())) {
            messages.put(Topics.COHORT_METRICS_UNBLINDED, nobody());
            messages.put(Topics.COMPLETENESS, nobody());
            for (Audience audience : Audience.values()) {
                messages.put(audience.metrics(), nobody());
            }
            return messages;
        }
        EndpointTally tally = trial(endpoint.trial(), slice).endpoint(endpoint);
        messages.put(Topics.COHORT_METRICS_UNBLINDED, tally.metrics(plan.protocol(), View.unblinded(), slice.now));
        messages.put(
                Topics.COMPLETENESS,
                tally.completeness(plan.protocol(), View.operational(plan.armsKnown()), slice.now));
        for (Audience audience : Audience.values()) {
            forAudience(audience, endpoint, plan, tally, why, slice)
                    .ifPresent(it -> messages.put(audience.metrics(), it));
        }
        return messages;
    }

    private LiveTrial trial(String trial, Slice slice) {
        return slice.trials.computeIfAbsent(trial, it -> live.get(it, absent -> new LiveTrial(absent, tallies::rows)));
    }

    /** Empty where the audience goes on seeing what it sees. */
    private Optional<SortedMap<Cohort, CohortMetric>> forAudience(
            Audience audience, Endpoint endpoint, Plan plan, EndpointTally tally, Due why, Slice slice) {
        View view = audience.view(plan).orElse(null);
        Protocol.Release rule = view == null ? null : view.rule().release();
        if (view == null || rule == null) {
            if (why.replanned) {
                releases.delete(audience, endpoint);
            }
            return Optional.of(view == null ? nobody() : tally.metrics(plan.protocol(), view, slice.now));
        }
        Release last = releases.last(audience, endpoint);
        if (last == null) {
            releases.see(audience, endpoint, slice.now);
            return Optional.of(nobody());
        }
        boolean mayTry = why.turned.contains(audience) && number(slice.now, rule) > number(last.at(), rule);
        if (mayTry
                && tally.mayReplace(releases.tally(audience, endpoint), plan.protocol(), view, rule.minNewRecords())) {
            Release release = new Release(slice.now, positions.upTo());
            releases.take(audience, endpoint, release, tallies);
            return Optional.of(released(tally, release, plan.protocol(), view));
        }
        return why.replanned
                ? Optional.of(released(releases.tally(audience, endpoint), last, plan.protocol(), view))
                : Optional.empty();
    }

    private static SortedMap<Cohort, CohortMetric> released(
            EndpointTally tally, Release release, Protocol protocol, View view) {
        Map<String, List<Long>> upTo = release.upTo();
        if (upTo == null) {
            return nobody();
        }
        SortedMap<Cohort, CohortMetric> metrics = tally.metrics(protocol, view, release.at());
        metrics.replaceAll((cohort, metric) -> metric.withUpTo(upTo));
        return metrics;
    }

    private static <V> SortedMap<Cohort, V> nobody() {
        return new TreeMap<>();
    }
}

package io.outcometracker.cohort.stream;

import io.outcometracker.cohort.stream.ReleaseStore.Release;
import io.outcometracker.cohort.stream.TrialPlans.Plan;
import io.outcometracker.cohort.tally.EndpointTally;
import io.outcometracker.cohort.tally.TallyKey;
import io.outcometracker.cohort.tally.TallyRow;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tallies, and publishes what follows from those that changed, at most once per publishing interval,
 * and under load as seldom as {@link Pace} says.
 *
 * <p>Everything is computed anew after a start, and everything of a trial when its plan changes. What is live is also
 * computed anew at midnight UTC, when visits become due. What comes out as it was last published is not published again.
 * A view that is released in batches shows what was copied at its last release.
 */
final class TallyProcessor implements Processor<String, TallyChange, String, Published> {
    static final String COUNTS = "endpoint-tallies";

    private final Duration publishInterval;
    private final Pace pace;
    private final boolean publish;
    private final StreamMeters meters;
    private final StreamTraces.Causes causes;
    private final Set<String> dirty = new TreeSet<>();
    /** By tally, when the oldest of the records was stored that wait for publication there. */
    private final Map<String, Instant> waiting = new HashMap<>();

    private final Set<String> dirtyTrials = new TreeSet<>();
    private final Map<Slot, Long> slots = new HashMap<>();
    private LocalDate publishedOn = LocalDate.MIN;

    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Published> context;

    @SuppressWarnings("NullAway.Init")
    private TallyStore tallies;

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

    /**
     * What a round of publishing has to look at beyond the tallies that changed.
     *
     * @param replanned trials of which the plan changed
     * @param turned where a release may be tried, once in each slot
     */
    private record Round(
            Instant now, Set<String> replanned, Set<Slot> turned, Map<String, Map<TallyRow, Long>> rosters) {}

    TallyProcessor(Duration publishInterval, boolean publish, StreamMeters meters, StreamTraces traces) {
        this.publishInterval = publishInterval;
        pace = new Pace(publishInterval);
        this.publish = publish;
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
        if (publish) {
            processorContext.schedule(
                    publishInterval, PunctuationType.WALL_CLOCK_TIME, now -> publishIfDue(Instant.ofEpochMilli(now)));
        }
    }

    @Override
    public void process(Record<String, TallyChange> record) {
        String tally = record.key();
        TallyChange change = record.value();
        change.rows().forEach(it -> tallies.add(tally, it.row(), it.by()));
        positions.advance(change);
        if (!change.rows().isEmpty()) {
            waiting.merge(tally, Instant.ofEpochMilli(record.timestamp()), (a, b) -> a.isBefore(b) ? a : b);
            causes.add(tally, record.headers());
        }
        if (TallyKey.isRoster(tally)) {
            if (!change.rows().isEmpty()) {
                dirtyTrials.add(tally);
            }
        } else if (dirty.add(tally)) {
            published.add(tally);
        }
    }

    private void publishIfDue(Instant now) {
        if (pace.isDue()) {
            publish(now);
            pace.took(Duration.between(now, Instant.ofEpochMilli(context.currentSystemTimeMs())));
        }
    }

    private void publish(Instant now) {
        Set<String> replanned = plans.refresh();
        // A release stays: it waits for the rest of an event.
        Set<Slot> turned = positions.isWithinEvent() ? Set.of() : turnedSlots(now);
        dirtyTrials.addAll(replanned);
        turned.forEach(it -> dirtyTrials.add(it.trial()));
        dirtyTrials.forEach(trial -> dirty.addAll(published.tallies(trial)));
        dirtyTrials.clear();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!today.equals(publishedOn)) {
            publishedOn = today;
            dirty.addAll(published.tallies());
        }
        Round round = new Round(now, replanned, turned, new HashMap<>());
        for (String tally : dirty) {
            causes.publish(
                    tally,
                    () -> published
                            .replace(tally, messages(tally, round))
                            .forEach(it -> context.forward(new Record<>(it.key, it.value, now.toEpochMilli()))));
        }
        dirty.clear();
        causes.clear();
        Instant done = Instant.ofEpochMilli(context.currentSystemTimeMs());
        waiting.values().forEach(stored -> meters.published(Duration.between(stored, done)));
        waiting.clear();
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

    private Map<Topic<?>, SortedMap<Cohort, ?>> messages(String tally, Round round) {
        Plan plan = plans.of(TallyKey.trial(tally));
        return TallyKey.isParticipants(tally)
                ? ofParticipants(tally, plan, round.now)
                : ofEndpoint(Endpoint.parse(tally), plan, round);
    }

    private Map<Topic<?>, SortedMap<Cohort, ?>> ofParticipants(String tally, @Nullable Plan plan, Instant now) {
        if (plan == null) {
            return Map.of(Topics.TRIAL_SUMMARIES_UNBLINDED, nobody(), Topics.TRIAL_SUMMARIES, nobody());
        }
        TrialTally participants = new TrialTally(TallyKey.trial(tally), tallies.rows(tally));
        return Map.of(
                Topics.TRIAL_SUMMARIES_UNBLINDED,
                participants.summaries(plan.protocol(), View.unblinded(), now),
                Topics.TRIAL_SUMMARIES,
                participants.summaries(plan.protocol(), View.operational(plan.armsKnown()), now));
    }

    private Map<Topic<?>, SortedMap<Cohort, ?>> ofEndpoint(Endpoint endpoint, @Nullable Plan plan, Round round) {
        Map<Topic<?>, SortedMap<Cohort, ?>> messages = new HashMap<>();
        if (plan == null || !plan.protocol().isPlanned(endpoint.visit(), endpoint.instrument())) {
            messages.put(Topics.COHORT_METRICS_UNBLINDED, nobody());
            messages.put(Topics.COMPLETENESS, nobody());
            for (Audience audience : Audience.values()) {
                messages.put(audience.metrics(), nobody());
            }
            return messages;
        }
        Map<TallyRow, Long> rows = tallies.rows(endpoint.toString());
        Map<TallyRow, Long> roster = round.rosters.computeIfAbsent(endpoint.trial(), tallies::rows);
        EndpointTally live = new EndpointTally(endpoint, rows, roster);
        messages.put(Topics.COHORT_METRICS_UNBLINDED, live.metrics(plan.protocol(), View.unblinded(), round.now));
        messages.put(
                Topics.COMPLETENESS, live.completeness(plan.protocol(), View.operational(plan.armsKnown()), round.now));
        for (Audience audience : Audience.values()) {
            forAudience(audience, endpoint, plan, live, round).ifPresent(it -> messages.put(audience.metrics(), it));
        }
        return messages;
    }

    /** Empty where the audience goes on seeing what it sees. */
    private Optional<SortedMap<Cohort, CohortMetric>> forAudience(
            Audience audience, Endpoint endpoint, Plan plan, EndpointTally live, Round round) {
        View view = audience.view(plan).orElse(null);
        Protocol.Release rule = view == null ? null : view.rule().release();
        boolean replanned = round.replanned.contains(endpoint.trial());
        if (view == null || rule == null) {
            if (replanned) {
                releases.delete(audience, endpoint);
            }
            return Optional.of(view == null ? nobody() : live.metrics(plan.protocol(), view, round.now));
        }
        Release last = releases.last(audience, endpoint);
        if (last == null) {
            releases.see(audience, endpoint, round.now);
            return Optional.of(nobody());
        }
        boolean due = round.turned.contains(new Slot(audience, endpoint.trial()))
                && number(round.now, rule) > number(last.at(), rule);
        if (due && live.mayReplace(releases.tally(audience, endpoint), plan.protocol(), view, rule.minNewRecords())) {
            Release release = new Release(round.now, positions.upTo());
            releases.take(audience, endpoint, release, tallies);
            return Optional.of(released(live, release, plan.protocol(), view));
        }
        return replanned
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

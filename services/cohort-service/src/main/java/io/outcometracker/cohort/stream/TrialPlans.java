package io.outcometracker.cohort.stream;

import io.outcometracker.contract.Protocol;
import io.outcometracker.contract.Unblinding;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** The plan that each trial is published by, as of the last look at the global tables. */
final class TrialPlans {
    static final String PROTOCOLS = "protocols";
    /** By trial; also by participant, whose arm stays unpublished. */
    static final String UNBLINDINGS = "unblindings";

    /** @param armsKnown the trial never was masked, or has been unblinded */
    record Plan(Protocol protocol, boolean armsKnown) {}

    private final TimestampedKeyValueStore<String, Protocol> protocols;
    private final TimestampedKeyValueStore<String, Unblinding> unblindings;
    private Map<String, Plan> plans = Map.of();
    private @Nullable Position position;

    TrialPlans(
            TimestampedKeyValueStore<String, Protocol> protocols,
            TimestampedKeyValueStore<String, Unblinding> unblindings) {
        this.protocols = protocols;
        this.unblindings = unblindings;
    }

    /** Looks again, if anything arrived; returns the trials of which the plan is another now. */
    Set<String> refresh() {
        Position now = protocols.getPosition().copy().merge(unblindings.getPosition());
        if (now.equals(position)) {
            return Set.of();
        }
        Map<String, Plan> before = plans;
        position = now;
        plans = read();
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(plans.keySet());
        changed.removeIf(trial -> Objects.equals(before.get(trial), plans.get(trial)));
        return changed;
    }

    private Map<String, Plan> read() {
        Map<String, Plan> read = new HashMap<>();
        try (KeyValueIterator<String, ValueAndTimestamp<Protocol>> all = protocols.all()) {
            while (all.hasNext()) {
                next(all)
                        .ifPresent(
                                it -> read.put(it.key, new Plan(it.value, !it.value.masked() || isUnblinded(it.key))));
            }
        }
        return read;
    }

    /** Empty for what cannot be read: a table that is restored has it, too. It is skipped, and told of, when it is read first. */
    private static Optional<KeyValue<String, Protocol>> next(
            KeyValueIterator<String, ValueAndTimestamp<Protocol>> all) {
        try {
            KeyValue<String, ValueAndTimestamp<Protocol>> it = all.next();
            return Optional.of(KeyValue.pair(it.key, it.value.value()));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private boolean isUnblinded(String trial) {
        try {
            ValueAndTimestamp<Unblinding> found = unblindings.get(trial);
            return found != null && found.value().isOfTrial();
        } catch (SerializationException e) {
            return false;
        }
    }

    Map<String, Plan> all() {
        return plans;
    }

    /** Absent where the plan is on its way yet: it was accepted before any record was. */
    @Nullable
    Plan of(String trial) {
        return plans.get(trial);
    }
}

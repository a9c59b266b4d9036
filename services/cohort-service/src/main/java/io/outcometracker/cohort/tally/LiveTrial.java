package io.outcometracker.cohort.tally;

import io.outcometracker.cohort.tally.TallyRow.Enrolled;
import io.outcometracker.cohort.tally.TallyRow.Participation;
import io.outcometracker.cohort.tally.TallyRow.Result;
import io.outcometracker.contract.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of a trial that were asked for, kept as the counts are by each change to them: so a record costs what it
 * changes, and not what is counted with it. Not safe for concurrent use.
 */
public final class LiveTrial {
    private final String trial;
    private final Function<String, Map<TallyRow, Long>> counts;
    private final Map<String, EndpointTally> endpoints = new HashMap<>();
    private @Nullable TrialTally participants;

    /** @param counts what is counted under the name of a tally (see {@link TallyKey}), of which {@link #change} is told each change */
    public LiveTrial(String trial, Function<String, Map<TallyRow, Long>> counts) {
        this.trial = trial;
        this.counts = counts;
    }

    public EndpointTally endpoint(Endpoint endpoint) {
        String tally = TallyKey.endpoint(endpoint);
        return endpoints.computeIfAbsent(
                tally,
                it -> new EndpointTally(endpoint, () -> counts.apply(it), () -> counts.apply(TallyKey.roster(trial))));
    }

    public TrialTally participants() {
        TrialTally asked = participants;
        if (asked == null) {
            asked = new TrialTally(trial, () -> counts.apply(TallyKey.participants(trial)));
            participants = asked;
        }
        return asked;
    }

    /** @param by how many more, or fewer, participants are counted under the name of the tally in this row */
    public void change(String tally, TallyRow row, long by) {
        if (row instanceof Result result) {
            EndpointTally endpoint = endpoints.get(tally);
            if (endpoint != null) {
                endpoint.change(result, by);
            }
        } else if (row instanceof Enrolled enrolled) {
            endpoints.values().forEach(it -> it.changeRoster(enrolled, by));
        } else if (row instanceof Participation participation && participants != null) {
            participants.change(participation, by);
        }
    }

    /** How many counts are held. */
    public int size() {
        return endpoints.values().stream().mapToInt(EndpointTally::size).sum();
    }
}
